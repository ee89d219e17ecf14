"""Whether the database's tables are those of this release, told by the names of its migrations, and granted to whoever
asks: between the two, a table is there that its role may not read.

Older tables: nothing can work, so nobody begins. Newer ones, as while a shop is brought to a new release: whoever knows
the tables as they were goes on, since a migration only adds to them.
"""

import logging
import time
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import django
from django.apps import apps
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from base.sql.faults import DATABASE_ERRORS
from project import pooler
from project.upgrade.grants import LOOKED_AT_ONLY

OLDER = "migrations are not applied"
UNGRANTED = "migrations are applied, and what they made is not granted to this process"
NEWER = "the database is of a newer release than this process"
OURS = frozenset({"inventory", "orders", "workers", "project"})
LOOKED_EVERY_S = 1.0
TOLD_EVERY_S = 30.0

# All rights in a table are given at once (project.upgrade.grants). What else lies beside the tables is not ours.
_UNGRANTED = """
    SELECT EXISTS (
        SELECT FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
            AND (relname = ANY(%s) OR starts_with(relname, 'ringup_'))
            AND NOT (has_table_privilege(oid, 'SELECT')
                AND (has_table_privilege(oid, 'INSERT') OR relname = ANY(%s)))
    )
"""

Names = frozenset[tuple[str, str]]
log = logging.getLogger(__name__)


@cache
def known() -> Names:
    """(app, name) of all migrations that this release has: told by the names of its files, once a process."""
    labels = [app.label for app in apps.get_app_configs()]
    return frozenset((app, name) for app in labels for name in _files_of(app) if name[0] not in "_~")


def _files_of(app: str) -> list[str]:
    module = MigrationLoader.migrations_module(app)[0]
    try:
        return [found.name for found in iter_modules(import_module(module).__path__)] if module else []
    except ModuleNotFoundError:
        return []


def applied() -> Names:
    return frozenset(MigrationRecorder(connection).applied_migrations())


@cache
def tables() -> frozenset[str]:
    """Of all models."""
    return frozenset(connection.introspection.django_table_names())


def lack(names: Names) -> str | None:
    """Why nobody can work on tables by these migrations, as a sentence."""
    if is_older(names):
        return OLDER
    with connection.cursor() as cursor:
        cursor.execute(_UNGRANTED, [[*tables()], [*LOOKED_AT_ONLY]])
        (ungranted,) = cursor.fetchone()
    return UNGRANTED if ungranted else None


def is_older(names: Names) -> bool:
    """`names`: of the migrations that are applied."""
    return bool(known() - names)


def is_newer(names: Names) -> bool:
    return any(app in OURS for app, _ in names - known())


def wait_for_tables() -> None:
    """Return once the migrations of this release are applied and granted, and a pooler knows what it has to; say what
    is waited for. Leaves no connection behind."""
    django.setup()
    told_at, why = -TOLD_EVERY_S, ""
    while reason := _why_not():
        if reason != why or time.monotonic() - told_at >= TOLD_EVERY_S:
            log.warning("waiting: %s", reason)
            told_at, why = time.monotonic(), reason
        time.sleep(LOOKED_EVERY_S)


def _leave_none() -> None:
    """Children that are forked must not have their parent's."""
    for one in connections.all(initialized_only=True):
        one.close()
        if isinstance(one, DatabaseWrapper) and "pool" in one.settings_dict["OPTIONS"]:
            one.close_pool()


def _why_not() -> str | None:
    try:
        names = applied()
        lacking, of_pooler = lack(names), pooler.lack()
    except DATABASE_ERRORS:
        return "the database does not answer"
    finally:
        _leave_none()
    if is_newer(names):
        log.warning(NEWER)
    return f"{lacking}: run ./ringup manage migrate" if lacking else of_pooler

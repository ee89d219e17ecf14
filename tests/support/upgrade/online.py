"""What of a migration is not safe while tills sell: squawk reads the SQL that Django would run."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from project.upgrade.schema import OURS

FIRST_RELEASE = frozenset(
    {
        *((app, name) for app in ("inventory", "orders") for name in ("0001_functions", "0002_tables", "0003_guards")),
        ("inventory", "0004_rights"),
        ("project", "0001_groups"),
        ("workers", "0001_schedules"),
    }
)
"""They make the tables: nobody sells yet."""

OTHERWISE_SEEN_TO = (
    *("require-lock-timeout", "require-statement-timeout"),  # by project.management.commands.migrate
    *("prefer-robust-stmts", "prefer-text-field", "prefer-bigint-over-int", "prefer-identity"),  # a matter of taste
)
OLDEST_POSTGRESQL = "15.0"


def later(loader: MigrationLoader) -> Iterator[Migration]:
    """Ours that came after the first release, in their order."""
    for key in sorted(loader.disk_migrations):
        if key[0] in OURS and key not in FIRST_RELEASE:
            yield loader.disk_migrations[key]


def found_in(migration: Migration, loader: MigrationLoader) -> list[tuple[str, str]]:
    """(rule, what it says) of each thing that is not safe."""
    found = read("\n".join(loader.collect_sql([(migration, False)])), in_transaction=migration.atomic)
    if not migration.atomic and len(migration.operations) > 1:
        found.append(
            ("one-operation", "what is not in a transaction is done by halves when it fails: one operation each")
        )
    return found


def read(sql: str, *, in_transaction: bool) -> list[tuple[str, str]]:
    wraps = "--assume-in-transaction" if in_transaction else "--no-assume-in-transaction"
    excluded = [f"--exclude={rule}" for rule in OTHERWISE_SEEN_TO]
    command = [str(Path(sys.executable).with_name("squawk")), f"--pg-version={OLDEST_POSTGRESQL}", wraps, *excluded]
    done = subprocess.run(
        [*command, "--reporter=json", "--stdin-filepath=migration.sql"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    return [(one["rule_name"], f"{one['message']} {one['help'] or ''}".strip()) for one in json.loads(done.stdout)]


def loader_of_this_database() -> MigrationLoader:
    return MigrationLoader(connection, replace_migrations=False)

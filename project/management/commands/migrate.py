"""`manage migrate`, beside tills that sell.

A change of a table waits for whoever uses it, and whoever comes after waits behind the change. So it waits for
LOCK_TIMEOUT_MS only; then all of its migration is undone, who came meanwhile goes on, and it is tried again after a
pause. For the database's own vacuum it waits a little longer then, and PostgreSQL ends it. Building an index
CONCURRENTLY and validating a constraint, each outside a transaction, let everybody through: they take as long as they
take.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.transaction import atomic

from base.sql.faults import sqlstate
from base.sql.pooled import is_pooled
from project.upgrade.alone import Watch, alone, only_cleans

POOLED = "migrations need the database itself, and this is a pooler: set OWNER_DATABASE_URL"
LOCK_TIMEOUT_MS = 500
GIVES_UP_AFTER_S = 600.0
PAUSES_S = (1.0, 15.0)
"""The first, and the longest: each is twice the one before."""
LOCK_NOT_AVAILABLE = "55P03"
STARTS, ENDS = ("apply_start", "unapply_start"), ("apply_success", "unapply_success")
LETS_THROUGH = ("CONCURRENTLY", "VALIDATE CONSTRAINT")
VACUUM_ENDS_WITHIN_MS = 200
"""Of being asked to."""

Execute = Callable[..., Any]
_LIMITS = """
    SELECT set_config('lock_timeout', %s, false), set_config('idle_in_transaction_session_timeout', '0', false)
"""


class Command(migrate.Command):
    _failing_since: float | None
    _pause_s: float
    _waits_ms = LOCK_TIMEOUT_MS

    def handle(self, *args: Any, **options: Any) -> None:
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        database = connections[options["database"]]
        assert isinstance(database, DatabaseWrapper)
        database.ensure_connection()
        if is_pooled(database.connection):
            raise CommandError(POOLED)
        self._database = database
        pid = database.connection.info.backend_pid
        with (
            alone(database, tell=self._tell) as watch,
            database.execute_wrapper(self._limit),
            watch.over(pid),
            _whole(database),
        ):
            self._migrate(watch, *args, **options)

    def _migrate(self, watch: Watch, *args: Any, **options: Any) -> None:
        """What was done before a lock was not had stays done, and is not done again."""
        self._begin_anew()
        while True:
            try:
                with ExitStack() as self._transaction:
                    super().handle(*args, **options)
            except OperationalError as error:
                if sqlstate(error) != LOCK_NOT_AVAILABLE:
                    raise
                seen = watch.take_seen()
                holders = "; ".join(map(str, seen)) or "somebody who is gone already"
                now = time.monotonic()
                self._failing_since = self._failing_since or now
                if now - self._failing_since > GIVES_UP_AFTER_S:
                    raise CommandError(f"a table was not free in time: {holders}") from error
                end = f" To end it: SELECT pg_terminate_backend({seen[0].pid})" if seen else ""
                self._tell(f"a table is in use by {holders}; trying again in {self._pause_s:.0f} s.{end}")
            else:
                return
            self._waits_ms = _makes_way_after_ms(self._database) if only_cleans(seen) else LOCK_TIMEOUT_MS
            time.sleep(self._pause_s * random.uniform(0.5, 1))
            self._pause_s = min(self._pause_s * 2, PAUSES_S[1])

    def _begin_anew(self) -> None:
        """Whoever is in the way of the next one, after an hour's work on an index, has all the time."""
        self._failing_since, self._pause_s, self._waits_ms = None, PAUSES_S[0], LOCK_TIMEOUT_MS

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        """A migration and its row in the list of what was applied are one transaction, where it is atomic. Django
        itself writes the row in one of its own where there are foreign keys or indexes, and the transaction that it
        opens is left open where one of these fails: hence ours around all, and none of its own."""
        if action in ENDS:
            self._transaction.close()
            self._begin_anew()
        super().migration_progress_callback(action, migration, fake)
        if action in STARTS and migration.atomic:
            migration.atomic = False
            self._transaction.enter_context(atomic(self._database.alias))

    def _limit(self, execute: Execute, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """How long a statement waits for a lock, for each anew: a connection may be another one. And it may compute in
        its transaction for as long as it takes: on a slow machine Django needs many seconds between two of them."""
        database: DatabaseWrapper = context["connection"]
        lets_through = not database.in_atomic_block and any(words in str(sql) for words in LETS_THROUGH)
        limit_ms = 0 if lets_through else self._waits_ms
        context["cursor"].cursor.execute(_LIMITS, [str(limit_ms)])
        return execute(sql, params, many, context)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _makes_way_after_ms(database: DatabaseWrapper) -> int:
    """The database's own vacuum is ended for whoever has waited for it for deadlock_timeout (PostgreSQL, "Automatic
    Vacuuming")."""
    with database.cursor() as cursor:
        cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'deadlock_timeout'")
        (deadlock_timeout_ms,) = cursor.fetchone()
    return int(deadlock_timeout_ms) + VACUUM_ENDS_WITHIN_MS


@contextmanager
def _whole(database: DatabaseWrapper) -> Iterator[None]:
    """Rows of a store that left for another stack are brought to this release with all others (orders.moving)."""
    with database.cursor() as cursor:
        cursor.execute("SET ringup.moves = 'on'")
    yield
    with database.cursor() as cursor:
        cursor.execute("RESET ringup.moves")

"""A migration: tables that sales use are changed, as a next release would and the one after it."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from benchmarks.chaos.faults.place import Fault, Place

TRIES = 20
PAUSE_S = 0.5
LOCK_TIMEOUT = "500ms"
TABLES = ("orders_order", "orders_command", "inventory_stocklevel")
EXPAND = (
    "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS of_next_release text NOT NULL DEFAULT ''",
    "ALTER TABLE {table} ADD CONSTRAINT of_next_release_fits CHECK (length(of_next_release) < 100) NOT VALID",
    "ALTER TABLE {table} VALIDATE CONSTRAINT of_next_release_fits",
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS of_next_release ON {table} (id) WHERE of_next_release > ''",
)
CONTRACT = (
    "DROP INDEX CONCURRENTLY IF EXISTS of_next_release",
    "ALTER TABLE {table} DROP COLUMN IF EXISTS of_next_release CASCADE",
)


@contextmanager
def _migrate(place: Place, chance: random.Random, _: float) -> Iterator[bool]:
    """With a fault beside that ends its connection it is given up, and what is left of it is cleared away."""
    url, table = place.stack.run_info["database_url"], chance.choice(TABLES)
    with suppress(psycopg.Error):
        _change(url, table, EXPAND)
    try:
        yield True
    finally:
        with suppress(psycopg.Error):
            _change(url, table, CONTRACT)


def _change(url: str, table: str, statements: tuple[str, ...]) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as database:
        for statement in statements:
            lets_through = any(words in statement for words in ("CONCURRENTLY", "VALIDATE"))
            database.execute(f"SET lock_timeout = '{0 if lets_through else LOCK_TIMEOUT}'".encode())
            _try(database, statement.format(table=table).encode())


def _try(database: psycopg.Connection, statement: bytes) -> None:
    for _ in range(TRIES):
        with suppress(psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            database.execute(statement)
            return
        time.sleep(PAUSE_S)


MIGRATION = Fault(name="migration", kind="migration", begin=_migrate, lasts_s=(0.5, 2))

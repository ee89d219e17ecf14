"""A store arrives: all of it in one transaction, and open with its commit; or nothing of it."""

import secrets
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from psycopg import IntegrityError

from base.sql.sets import cursor
from orders.moving.db.cells import count_above, is_cell
from orders.moving.db.folder import Manifest, Part, migrations, read
from orders.moving.db.tables import RENUMBERED, TABLES, Table

BLOCK_BYTES = 1 << 16
_HERE = "SELECT EXISTS (SELECT FROM inventory_store WHERE id = %s)"


class CannotArrive(Exception):
    """Says why; nothing of the store is here."""


def arrive(folder: Path, *, word: str | None) -> Manifest:
    """Put the store here and open it, with the word that was told when it had left for good; without one only look
    whether all of it would fit. Raises CannotArrive, OSError, ValueError."""
    manifest = read(folder)
    why = _why_not(manifest, word)
    if why:
        raise CannotArrive(why)
    if word is not None:
        count_above(manifest.highest)
    try:
        with transaction.atomic():
            _put(manifest, folder)
            if word is None:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise CannotArrive(f"the ids or names of the store are in use here: {error}") from error
    return manifest


def _why_not(manifest: Manifest, word: str | None) -> str | None:
    if not is_cell():
        return "first say which cell this stack is: ./ringup manage move_store cell N"
    if word is not None and not secrets.compare_digest(sha256(word.encode()).hexdigest(), manifest.word_hash):
        return "that is not the word of this store: move_store left says it, once it cannot come back there"
    if manifest.migrations != migrations():
        return "the two stacks are of different releases"
    if [part.table for part in manifest.parts] != [table.name for table in TABLES]:
        return "the folder has other tables than this release"
    row = cursor().execute(_HERE, (manifest.store_id,)).fetchone()
    return "the store is here, or was here once" if row and row[0] else None


def _put(manifest: Manifest, folder: Path) -> None:
    for setting in ("statement_timeout = 0", "TimeZone = 'UTC'"):
        cursor().execute(f"SET LOCAL {setting}".encode())
    cursor().execute("SELECT set_config('ringup.moves', 'on', true)")
    for table, part in zip(TABLES, manifest.parts, strict=True):
        _fill(table, part, folder)
    for table, part in zip(TABLES, manifest.parts, strict=True):
        row = cursor().execute(table.sums.encode(), {"store_id": manifest.store_id}).fetchone()
        if row != (part.rows, part.sum):
            raise CannotArrive(f"{table.name} has {row and row[0]} rows of {part.rows}, or others than those that left")
    cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def _fill(table: Table, part: Part, folder: Path) -> None:
    """What a follower is told of is counted by this database: each thing is told once more here."""
    names = ", ".join(f'"{one}"' for one in part.columns)
    values = ", ".join(_value(one) for one in part.columns)
    cursor().execute(f"CREATE TEMP TABLE arrived (LIKE {table.name})".encode())
    for column in _obliged():
        cursor().execute(f'ALTER TABLE arrived ALTER COLUMN "{column}" DROP NOT NULL'.encode())
    copied = f"COPY arrived ({names}) FROM STDIN"
    with (folder / f"{table.name}.copy").open("rb") as file, cursor().copy(copied.encode()) as copy:
        while block := file.read(BLOCK_BYTES):
            copy.write(block)
    given = f"SELECT {values} FROM arrived ORDER BY {table.order}"
    cursor().execute(f"INSERT INTO {table.name} ({names}) OVERRIDING SYSTEM VALUE {given}".encode())
    cursor().execute("DROP TABLE arrived")


def _obliged() -> list[str]:
    """Columns that do not travel must not be asked for on the way."""
    asked = "SELECT attname FROM pg_attribute WHERE attrelid = 'arrived'::regclass AND attnum > 0 AND attnotnull"
    return [name for (name,) in cursor().execute(asked)]


def _value(column: str) -> str:
    if column == RENUMBERED:
        return f"CASE WHEN {RENUMBERED} IS NOT NULL THEN ringup_xid() END"
    return f'"{column}"'

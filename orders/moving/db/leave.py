"""A store leaves: nobody may call, what is under way is finished, nothing is written any more, all of it is in files.

Until it has left for good it can stay after all. Whoever has left for good has told the word by which it may arrive,
and that word is told to nobody before: so of two stacks one sells at most, wherever a command is killed. There is a
word from when it is at rest: every table is held, and nothing was under way then. Whoever lets go of a table takes the
word away first, and looks that there is none, under the store's lock.
"""

import secrets
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from django.db import transaction

from base.sql.sets import cursor
from orders.moving.db.cells import highest, is_cell
from orders.moving.db.folder import Manifest, Part, begin, migrations
from orders.moving.db.hold import hold, is_all_held, let_go, lock, standing
from orders.moving.db.tables import TABLES, Table

LOOKS_EACH_S = 0.2

_CLOSE = "UPDATE inventory_store SET leaving_at = now() WHERE id = %s AND leaving_at IS NULL"
_AT_REST = """
    UPDATE inventory_store SET leaving_word = %s WHERE id = %s AND leaving_at IS NOT NULL AND leaving_word = ''
"""
_LEFT = """
    UPDATE inventory_store SET left_at = coalesce(left_at, now()) WHERE id = %s AND leaving_word <> ''
    RETURNING leaving_word
"""
_WORTHLESS = "UPDATE inventory_store SET leaving_word = '' WHERE id = %s AND left_at IS NULL"
_OPEN = "UPDATE inventory_store SET leaving_at = NULL WHERE id = %s AND left_at IS NULL AND leaving_word = ''"
_MOVES = "SELECT set_config('ringup.moves', 'on', true)"

UNDER_WAY = {
    "commands": """
        orders_command
        WHERE store_id = %s AND (state = 'awaiting' OR state = 'pending' AND blocked_by_id IS NULL)
    """,
    "authorizations": """
        orders_authorization WHERE store_id = %s AND state = 'requested' AND next_attempt_at IS NOT NULL
    """,
    "payment instructions": """
        orders_paymentinstruction AS instruction WHERE store_id = %s AND state = 'pending' AND NOT EXISTS (
            SELECT FROM orders_paymentinstruction AS earlier
            WHERE earlier.order_id = instruction.order_id AND earlier.id < instruction.id AND earlier.state = 'parked'
        )
    """,
    "sales without a number": "orders_order WHERE store_id = %s AND invoice_pending",
    "credit notes without a number": "orders_creditnote WHERE store_id = %s AND pending",
    "entries": """
        orders_journalentry AS entry WHERE store_id = %s AND state = 'pending' AND NOT EXISTS (
            SELECT FROM orders_journalentry AS earlier
            WHERE earlier.order_id = entry.order_id AND earlier.seq < entry.seq AND earlier.state = 'parked'
        )
    """,
    "voids": "orders_voidnotice WHERE store_id = %s AND told_at IS NULL",
    "refills": "orders_invoicerefill WHERE store_id = %s AND stored_at IS NULL",
}
"""What somebody works at, or asks another system about. What waits for a person, and behind it, goes along as it is."""


class CannotLeave(Exception):
    """Says why."""


def leave(store_id: int, folder: Path, *, wait_s: float) -> Manifest:
    """Close the store, finish what is under way, and write all of it into the folder. Again, if it was closed already:
    the files are written anew, with the same word while it is at rest. Raises CannotLeave."""
    if not is_cell():
        raise CannotLeave("first say which cell each of the two stacks is: ./ringup manage move_store cell N")
    cursor().execute(_CLOSE, (store_id,))
    word = _come_to_rest(store_id, monotonic() + wait_s)
    return _written(store_id, folder, sha256(word.encode()).hexdigest())


def left_for_good(store_id: int) -> str | None:
    """The word by which it may arrive; None, and nothing was done, where it is not at rest."""
    with transaction.atomic():
        cursor().execute(_MOVES)
        row = cursor().execute(_LEFT, (store_id,)).fetchone()
    return row[0] if row else None


def stay(store_id: int) -> bool:
    """Open it again; False where it has left for good. The files are worth nothing then: their word is gone."""
    _write(store_id, _WORTHLESS)
    let_go(store_id)
    _write(store_id, _OPEN)
    return not standing(store_id).leaves


def _write(store_id: int, sql: str) -> None:
    """The store's own row, which is held with the others."""
    with transaction.atomic():
        cursor().execute(_MOVES)
        cursor().execute(sql, (store_id,))


def _come_to_rest(store_id: int, until: float) -> str:
    """Its word."""
    while True:
        leaves, _, word = standing(store_id)
        if word:
            return word
        if not leaves:
            raise CannotLeave("somebody opened it again meanwhile")
        _wait(store_id, until)
        hold(store_id)
        if not _is_at_rest(store_id):
            let_go(store_id)


def _wait(store_id: int, until: float) -> None:
    while found := under_way(store_id):
        if monotonic() > until:
            stay(store_id)
            told = ", ".join(f"{count:,} {what}" for what, count in found.items())
            raise CannotLeave(f"not finished in time: {told}; the store is open again")
        sleep(LOOKS_EACH_S)


def under_way(store_id: int) -> dict[str, int]:
    counted = {}
    for what, where in UNDER_WAY.items():
        row = cursor().execute(f"SELECT count(*) FROM {where}".encode(), (store_id,)).fetchone()
        if row and row[0]:
            counted[what] = row[0]
    return counted


def _is_at_rest(store_id: int) -> bool:
    """Give it its word, unless a call that had begun before the store was closed has come in after all. Locks the
    store, so that nobody lets go of it meanwhile."""
    with transaction.atomic():
        cursor().execute(_MOVES)
        lock(store_id)
        if not is_all_held(store_id) or under_way(store_id):
            return False
        cursor().execute(_AT_REST, (secrets.token_urlsafe(32), store_id))
    return True


def _written(store_id: int, folder: Path, word_hash: str) -> Manifest:
    begin(folder)
    with transaction.atomic():
        cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor().execute("SET LOCAL statement_timeout = 0")
        cursor().execute("SET LOCAL TimeZone = 'UTC'")
        parts = [_part(table, store_id, folder) for table in TABLES]
        manifest = Manifest(
            store_id=store_id, word_hash=word_hash, migrations=migrations(), parts=parts, highest=highest(store_id)
        )
    manifest.write(folder)
    return manifest


def _part(table: Table, store_id: int, folder: Path) -> Part:
    row = cursor().execute(table.sums.encode(), {"store_id": store_id}).fetchone()
    assert row
    names = ", ".join(f'"{one}"' for one in table.columns)
    taken = f"SELECT {names} FROM {table.name} WHERE {table.store} = {store_id} ORDER BY {table.order}"
    copied = f"COPY ({taken}) TO STDOUT"
    with (folder / f"{table.name}.copy").open("wb") as file, cursor().copy(copied.encode()) as copy:
        for block in copy:
            file.write(block)
    return Part(table=table.name, columns=list(table.columns), rows=row[0], sum=row[1])

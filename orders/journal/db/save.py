"""Saving: what a batch decided is written by one statement, whatever the number of commands.

The statement stands here as a whole; `orders.journal.db.rows` makes the sets that it takes, and each travels as one
JSON parameter. On a small batch that costs far less than a statement a table, and on a large one no more than an array
a column.

Everything that it changes is locked already, but for levels that are new: another batch may make the same level first
(23505), and then this one is loaded anew. Whatever else fails is a law of the database that a decision broke, or an
assertion here: a command that was settled by somebody else, a number that was not free. Nothing of the batch is
written then, its commands are run one by one, and the one at fault is parked.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from base.sql.sets import cursor
from inventory.core.levels import Level, LevelKey
from inventory.core.movements import COUNTS
from inventory.db.save import end_counted, insert_levels, note_shortfalls
from orders.commands.core.order import Command, Order
from orders.commands.core.rule import Applied
from orders.invoicing.db.numbers import ASSIGN, NOTHING_TO_POST, Given, of_credit_note, of_credit_of_nothing, of_sale
from orders.journal.core.batch import Decided
from orders.journal.db.load import Loaded
from orders.journal.db.rows import (
    credit_note_rows,
    entry_rows,
    hold_rows,
    is_credit_note,
    line_rows,
    movement_rows,
    order_rows,
    payment_rows,
    said,
    settled_rows,
    status_change_row,
)

# `was` is a row's and not the statement's: the planner takes "pending" for so rare that it begins with the pending
# ones, which it finds by reading all commands while it believes them to be few.
_ALWAYS = f"""
    changed_order AS (
        UPDATE orders_order AS "order" SET
            status = given.status, payment_status = given.payment_status, paid_minor = given.paid_minor,
            refunded_minor = given.refunded_minor, rounding_minor = given.rounding_minor,
            refund_rounding_minor = given.refund_rounding_minor, invoice_pending = given.invoice_pending,
            hold_expired_at = given.hold_expired_at, hold_extended_at = given.hold_extended_at,
            backordered_at = given.backordered_at, awaits_until = given.awaits_until, paid_at = given.paid_at,
            business_day = given.business_day
        FROM json_to_recordset(%(orders)s::json) AS given (id uuid, status text, payment_status text,
            paid_minor bigint, refunded_minor bigint, rounding_minor bigint, refund_rounding_minor bigint,
            invoice_pending bool, hold_expired_at timestamptz,
            hold_extended_at timestamptz, backordered_at timestamptz, awaits_until timestamptz, paid_at timestamptz,
            business_day date)
        WHERE "order".id = given.id
    ), changed_line AS (
        UPDATE orders_orderline AS line SET
            shipped_quantity = given.shipped, returned_quantity = given.returned,
            backordered_quantity = given.backordered, backordered_at = given.backordered_at,
            cancelled_quantity = given.cancelled, skipped = given.skipped
        FROM json_to_recordset(%(lines)s::json) AS given (id uuid, shipped bigint, returned bigint, backordered bigint,
            backordered_at timestamptz, cancelled bigint, skipped bool)
        WHERE line.id = given.id
    ), changed_level AS (
        UPDATE inventory_stocklevel AS level SET on_hand = given.on_hand, reserved = given.reserved
        FROM json_to_recordset(%(levels)s::json) AS given (id bigint, on_hand bigint, reserved bigint)
        WHERE level.id = given.id
    ), new_movement AS (
        INSERT INTO inventory_stockmovement (store_id, level_id, location_id, kind, quantity_change, reserved_change,
            quantity_after, reserved_after, reference, reason, order_id, command_id, created_by, created_at)
        SELECT store_id, level_id, location_id, kind, quantity_change, reserved_change, quantity_after, reserved_after,
            reference, reason, order_id, command_id, created_by, %(now)s
        FROM json_to_recordset(%(movements)s::json) AS given (store_id bigint, level_id bigint, location_id bigint,
            kind text, quantity_change bigint, reserved_change bigint, quantity_after bigint, reserved_after bigint,
            reference text, reason text, order_id uuid, command_id uuid, created_by text)
    ), new_payment AS (
        INSERT INTO orders_payment (id, store_id, order_id, command_id, kind, method, amount_minor, tendered_minor,
            reference, authorization_id, reverses_id, created_at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(payments)s::json) AS given (id uuid, store_id bigint, order_id uuid, command_id uuid,
            kind text, method text, amount_minor bigint, tendered_minor bigint, reference text, authorization_id uuid,
            reverses_id uuid)
    ), new_status_change AS (
        INSERT INTO orders_statuschange (store_id, order_id, command_id, kind, from_status, to_status, terminal, reason,
            at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(status_changes)s::json) AS given (store_id bigint, order_id uuid, command_id uuid,
            kind text, from_status text, to_status text, terminal text, reason text)
    ), new_entry AS (
        INSERT INTO orders_journalentry (id, store_id, order_id, command_id, kind, currency, day, postings,
            next_attempt_at, created_at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(entries)s::json) AS given (id uuid, store_id bigint, order_id uuid, command_id uuid,
            kind text, currency text, day date, postings jsonb, next_attempt_at timestamptz)
    ), numbered AS (
        {ASSIGN} RETURNING id, store_id, command_id, refill_id
    ), settled AS (
        UPDATE orders_command AS command SET
            state = given.state, outcome_code = given.code, outcome = given.outcome, result = given.result,
            settled_at = %(now)s, worker = %(worker)s, waited_ms = %(waited_ms)s
        FROM json_to_recordset(%(commands)s::json) AS given (id uuid, was text, state text, code text,
            outcome jsonb, result jsonb)
        WHERE command.id = given.id AND command.state = given.was
        RETURNING 1
    )
"""

# What a plain sale has none of: each table costs a statement some time before its first row.
_SELDOM = f"""
    new_hold AS (
        INSERT INTO inventory_hold (id, store_id, level_id, quantity, order_id, order_line_id, reference, expires_at,
            created_at)
        SELECT id, store_id, level_id, quantity, order_id, order_line_id, reference, expires_at, %(now)s
        FROM json_to_recordset(%(new_holds)s::json) AS given (id uuid, store_id bigint, level_id bigint,
            quantity bigint, order_id uuid, order_line_id uuid, reference text, expires_at timestamptz)
    ), changed_hold AS (
        UPDATE inventory_hold AS hold SET quantity = given.quantity, expires_at = given.expires_at
        FROM json_to_recordset(%(changed_holds)s::json) AS given (id uuid, quantity bigint, expires_at timestamptz)
        WHERE hold.id = given.id
    ), dropped_hold AS (
        DELETE FROM inventory_hold WHERE id = ANY(%(dropped_holds)b::uuid[])
    ), new_credit_note AS (
        INSERT INTO orders_creditnote (command_id, store_id, order_id, day, pending, created_at)
        SELECT given.*, %(now)s
        FROM json_to_recordset(%(credit_notes)s::json) AS given (command_id uuid, store_id bigint, order_id uuid,
            day date, pending bool)
    ), silent AS (
        INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at, reason)
        SELECT id, store_id, %(now)s, '{NOTHING_TO_POST}' FROM numbered
        WHERE command_id = ANY(%(silent)b::uuid[]) AND refill_id IS NOT NULL
    )
"""

_DONE = "SELECT (SELECT count(*) FROM settled), (SELECT count(*) FROM numbered)"
_SAVE = f"WITH {_ALWAYS}, {_SELDOM} {_DONE}"
_SAVE_PLAIN = f"WITH {_ALWAYS} {_DONE}"


class Settler(NamedTuple):
    """`worker`: the host and the process; `waited_ms`: how long the batch waited for rows; None where it did not."""

    worker: str
    waited_ms: int | None = None


One = tuple[Command, Order | None, Applied]
Row = dict[str, Any]


def save(
    loaded: Loaded,
    decided: Iterable[Decided],
    *,
    numbers: Mapping[UUID, str],
    printed: Collection[UUID],
    now: datetime,
    new_id: Callable[[], UUID],
    by: Settler,
) -> dict[UUID, bytes]:
    """Write every change and settle every command; what is said of each.

    `numbers`: command id -> the invoice number that its sale or credit note takes; what is not in it waits for one.
    `printed`: those of them that take the number that their receipt bears already."""
    decided = list(decided)
    applied = [(one.command, one.before, one.outcome) for one in decided if isinstance(one.outcome, Applied)]
    levels = {key: (command.store_id, level) for command, _, change in applied for key, level in change.levels.items()}
    level_ids = _level_ids(loaded, levels)
    made, changed, dropped = hold_rows(loaded.batch, applied, level_ids)
    unnumbered = _unnumbered(applied, numbers)
    after = {change.order.id: change.order for _, _, change in applied if change.order}
    commands = settled_rows(decided, numbers=numbers)
    sets = {
        "orders": list(order_rows(after.values(), unnumbered)),
        "lines": list(line_rows(loaded.batch.orders, after)),
        "levels": list(_changed_levels(loaded, levels)),
        "movements": [row for one in applied for row in movement_rows(*one, level_ids)],
        "new_holds": made,
        "changed_holds": changed,
        "payments": [row for one in applied for row in payment_rows(*one)],
        "status_changes": [status_change_row(*one) for one in applied if one[1]],
        "entries": [row for one in applied for row in entry_rows(*one, numbers, now, new_id)],
        "credit_notes": [row for one in applied for row in credit_note_rows(*one, numbers)],
        "numbers": list(_given(applied, numbers, now)),
        "commands": commands,
    }
    silent = [command.id for command, _, change in applied if change.takes_number and not change.entries]
    params = {name: to_json(rows).decode() for name, rows in sets.items()}
    given = {**params, "dropped_holds": dropped, "silent": silent, "printed": list(printed), "now": now, **by._asdict()}
    seldom = made or changed or dropped or sets["credit_notes"] or silent
    row = cursor().execute(_SAVE if seldom else _SAVE_PLAIN, given, prepare=True).fetchone()
    # Whoever holds an order's lock alone settles its commands, and a number is free or it is not ours to give.
    assert row is not None
    settled, numbered = row
    assert settled == len(decided), f"{settled} of {len(decided)} commands were still pending"
    assert numbered == len(numbers), "an invoice number was not free"
    if shortfalls := [row for one in applied for row in _shortfalls(*one, level_ids)]:
        note_shortfalls(shortfalls, now=now)
    if counted := {level_ids[key] for one in applied for key in _counted(*one)}:
        end_counted(counted, now=now)
    return {row["id"]: said(row, now=now) for row in commands}


def _level_ids(loaded: Loaded, levels: Mapping[LevelKey, tuple[int, Level]]) -> dict[LevelKey, int]:
    new = [level for key, level in levels.items() if key not in loaded.level_ids]
    return {**loaded.level_ids, **(insert_levels(cursor(), new) if new else {})}


def _changed_levels(loaded: Loaded, levels: Mapping[LevelKey, tuple[int, Level]]) -> Iterator[Row]:
    for key, (_, level) in levels.items():
        if key in loaded.level_ids:
            yield {"id": loaded.level_ids[key], "on_hand": level.on_hand, "reserved": level.reserved}


def _unnumbered(applied: Iterable[One], numbers: Mapping[UUID, str]) -> set[UUID | None]:
    """Orders that were sold without a number."""
    return {
        command.order_id
        for command, before, change in applied
        if change.takes_number and not is_credit_note(before, change) and command.id not in numbers
    }


def _given(applied: Iterable[One], numbers: Mapping[UUID, str], now: datetime) -> Iterator[Given]:
    for command, before, change in applied:
        if before is None or (number := numbers.get(command.id)) is None:
            continue
        store_id = command.store_id
        if not is_credit_note(before, change):
            yield of_sale(number, store_id=store_id, order_id=before.id, command_id=command.id)
        elif change.entries:
            yield of_credit_note(number, store_id=store_id, command_id=command.id)
        else:
            by = command.issued_by
            yield of_credit_of_nothing(number, store_id=store_id, command_id=command.id, by=by, now=now)


def _shortfalls(
    command: Command, before: Order | None, change: Applied, level_ids: Mapping[LevelKey, int]
) -> Iterator[tuple[int, int, int, UUID, UUID]]:
    for one in change.shortfalls:
        assert before
        yield command.store_id, level_ids[one.key], one.quantity, before.id, command.id


def _counted(_: Command, before: Order | None, change: Applied) -> Iterator[LevelKey]:
    yield from (moved.key for moved in change.stock_moved if before is None and moved.kind in COUNTS)

"""Forgetting a person: the names go; what happened and what was paid stays.

What is history is guarded against every change but this one: while `ringup.forgets` is set, the texts of people may
change, and nothing beside them. Fingerprints stay, so that what was sent once is known when it is sent again.

Whole tables are read, some rows at a time, so that no statement grows with the history; those that hold the words are
changed, fewer at a time. Who is killed in between begins anew.
Commands come before what is written for them, under the locks that a worker would hold, so that none writes the old
words again.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic_core import to_json

from base.sql.retry_transient import again
from base.sql.sets import cursor, dicts
from orders.journal.core.forgotten import Forgotten, is_whom

LOOKED_AT_ONCE = 20_000
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where words of people stand: `texts` and `jsons` are its columns; `key`: the type of its rows' ids; `whole`:
    texts that become null when anything in them is forgotten."""

    table: str
    key: str
    texts: Sequence[str]
    jsons: Sequence[str] = ()
    id: str = "id"
    whole: Sequence[str] = ()


COMMANDS = Place("orders_command", "uuid", ["last_error"], ["payload", "outcome", "result"])
ORDERS = Place("orders_order", "uuid", ["reference", "cashier"])
MOVEMENTS = Place("orders_drawermovement", "bigint", ["reason"], whole=["reason"])
PLACES = (
    COMMANDS,
    ORDERS,
    Place("orders_payment", "uuid", ["reference"]),
    Place("orders_statuschange", "bigint", ["reason"]),
    Place("orders_repair", "bigint", ["reason"]),
    Place("orders_authorization", "uuid", ["detail", "last_error"]),
    Place("orders_paymentinstruction", "bigint", ["last_error"]),
    Place("orders_journalentry", "uuid", ["last_error"]),
    Place("orders_invoicenumber", "bigint", ["void_reason"]),
    Place("orders_voidnotice", "bigint", ["reason", "last_error"], id="number_id"),
    MOVEMENTS,
    Place("inventory_hold", "uuid", ["reference"]),
    Place("inventory_stockmovement", "bigint", ["reference", "reason"]),
    Place("django_celery_results_taskresult", "bigint", ["task_args", "task_kwargs", "result", "traceback", "meta"]),
    # Again: what a closing told meanwhile of its movements stands in its command's result.
    COMMANDS,
)

_CUSTOMER = "SELECT customer::json FROM orders_order WHERE id = %s AND customer IS NOT NULL"

_CUSTOMERS = """
    SELECT id, customer::json FROM orders_order
    WHERE id > %(after)s AND id <= %(last)s AND customer IS NOT NULL
        AND (customer = %(named)s::jsonb OR ringup_folded(%(who)s) IN (
            ringup_folded(customer ->> 'name'), ringup_folded(customer ->> 'email'),
            ringup_folded(customer ->> 'tax_id')
        ))
"""

_LAST = """
    SELECT id FROM (SELECT {place.id} AS id FROM {place.table} WHERE {place.id} > %s ORDER BY 1 LIMIT %s) AS looked_at
    ORDER BY 1 DESC LIMIT 1
"""

_FIND = """
    SELECT {place.id} FROM {place.table}
    WHERE {place.id} > %(after)s AND {place.id} <= %(last)s AND EXISTS (
        SELECT FROM unnest(%(words)s::text[]) AS word
        WHERE strpos(ringup_folded(concat_ws(chr(10), {columns})), word) > 0
    ) ORDER BY 1
"""

_LOCK_ORDERS = "SELECT FROM orders_order WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

_FORGET_CUSTOMERS = "UPDATE orders_order SET customer = NULL WHERE id = ANY(%b)"

_READ = "SELECT {place.id} AS id, {columns} FROM {place.table} WHERE {place.id} = ANY(%b) ORDER BY 1 FOR NO KEY UPDATE"

_WRITE = """
    UPDATE {place.table} AS written SET {sets} FROM json_to_recordset(%s::json) AS given ({given})
    WHERE written.{place.id} = given.id
"""

_UNSETTLED = "SELECT order_id, store_id, drawer_id FROM orders_command WHERE id = ANY(%b) AND settled_at IS NULL"

_LOCK_STORES = "SELECT FROM inventory_store WHERE id = ANY(%b) ORDER BY id FOR NO KEY UPDATE"

_LOCK_DRAWERS = "SELECT FROM orders_drawer WHERE terminal_id = ANY(%b) ORDER BY terminal_id FOR NO KEY UPDATE"

_MOVED_IN = "SELECT DISTINCT terminal_id FROM orders_drawermovement WHERE id = ANY(%b)"

_LET_FORGET = "SELECT set_config('ringup.forgets', 'on', true)"


def forget(who: str) -> Mapping[str, int] | None:
    """Forget a customer by name, e-mail address or tax number, or by the id of an order; a cashier by name. How many
    rows of which tables; None where an order is named that has no customer."""
    named = _customer_of(who)
    if named is None and _order_id(who):
        return None
    customers = [
        (id_, customer) for id_, customer in _customers(named, who) if customer == named or is_whom(who, customer)
    ]
    words = {text for _, customer in customers for text in customer.values() if text}
    changed: Counter[str] = Counter()
    for ids in _some(sorted(id_ for id_, _ in customers)):
        changed["orders_order"] += _forget_customers(ids)
    words |= set() if named else {who}
    forgotten = Forgotten(words)
    for place in PLACES:
        for found in _found(place, words):
            for ids in _some(found):
                changed[place.table] += _rewrite(place, ids, forgotten)
    return changed


def _order_id(who: str) -> UUID | None:
    try:
        return UUID(who)
    except ValueError:
        return None


def _customer_of(who: str) -> dict[str, Any] | None:
    row = cursor().execute(_CUSTOMER, (_order_id(who),)).fetchone()
    return row[0] if row else None


def _customers(named: Mapping[str, Any] | None, who: str) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Who may be meant, with the orders' ids."""
    given = {"named": named and to_json(named).decode(), "who": who}
    for within in _stretches(ORDERS):
        yield from cursor().execute(_CUSTOMERS, {**given, **within}).fetchall()


def _stretches(place: Place) -> Iterator[dict[str, Any]]:
    """Of all its rows by their ids, so many at a time; those that come meanwhile are further on."""
    after: Any = UUID(int=0) if place.key == "uuid" else 0
    while row := cursor().execute(_LAST.format(place=place), (after, LOOKED_AT_ONCE)).fetchone():
        yield {"after": after, "last": row[0]}
        after = row[0]


def _some(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(ids), ROWS_AT_ONCE):
        yield ids[at : at + ROWS_AT_ONCE]


def _found(place: Place, words: Collection[str]) -> Iterator[list[Any]]:
    """The ids of the rows that may hold one of the words, stretch by stretch."""
    sought = {*words, *(to_json(word).decode()[1:-1] for word in words)}
    folded = [row[0] for row in cursor().execute("SELECT ringup_folded(unnest(%s::text[]))", (list(sought),))]
    columns = ", ".join(f"{name}::text" for name in (*place.texts, *place.jsons))
    for within in _stretches(place):
        found = cursor().execute(_FIND.format(place=place, columns=columns), {"words": folded, **within})
        yield [id_ for (id_,) in found]


@again
def _forget_customers(ids: Sequence[UUID]) -> int:
    with transaction.atomic():
        cursor().execute(_LOCK_ORDERS, (ids,))
        return cursor().execute(_FORGET_CUSTOMERS, (ids,)).rowcount


@again
def _rewrite(place: Place, ids: Sequence[Any], forgotten: Forgotten) -> int:
    with transaction.atomic():
        cursor().execute(_LET_FORGET)
        if place is COMMANDS:
            _keep_workers_away(ids)
        if place is MOVEMENTS:
            _keep_closings_away(ids)
        columns = [*place.texts, *place.jsons]
        rows = dicts(
            _READ.format(place=place, columns=", ".join([*place.texts, *(f"{n}::json AS {n}" for n in place.jsons)])),
            (ids,),
        )
        changed = [new for row in rows if (new := _without(row, place, forgotten)) != row]
        if changed:
            given = [f"id {place.key}", *(f"{name} text" for name in place.texts), *(f"{n} jsonb" for n in place.jsons)]
            sets = ", ".join(f"{name} = given.{name}" for name in columns)
            write = _WRITE.format(place=place, sets=sets, given=", ".join(given))
            cursor().execute(write, (to_json(changed).decode(),))
    return len(changed)


def _keep_workers_away(command_ids: Sequence[UUID]) -> None:
    """From what is not settled: who would settle it waits for these locks."""
    unsettled = cursor().execute(_UNSETTLED, (command_ids,)).fetchall()
    cursor().execute(_LOCK_ORDERS, ([order_id for order_id, _, _ in unsettled if order_id],))
    cursor().execute(_LOCK_STORES, ([store_id for order_id, store_id, _ in unsettled if not order_id],))
    cursor().execute(_LOCK_DRAWERS, ([drawer_id for _, _, drawer_id in unsettled if drawer_id],))


def _keep_closings_away(movement_ids: Sequence[int]) -> None:
    """Who closes has told what the movements say, or tells what is left of it."""
    drawers = [id_ for (id_,) in cursor().execute(_MOVED_IN, (movement_ids,))]
    cursor().execute(_LOCK_DRAWERS, (drawers,))


def _without(row: Mapping[str, Any], place: Place, forgotten: Forgotten) -> dict[str, Any]:
    texts = {name: _text(name, row[name], forgotten) for name in place.texts}
    texts |= {name: None for name in place.whole if texts[name] != row[name]}
    return {**row, **texts, **{name: forgotten.json(row[name]) for name in place.jsons}}


def _text(name: str, text: str | None, forgotten: Forgotten) -> str | None:
    if not text:
        return text
    return forgotten.cashier(text) or "" if name == "cashier" else forgotten.text(text)

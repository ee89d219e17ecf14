"""After a restore: numbers that receipts may bear already are set aside, before a sale is given one.

A database that was restored, or whose standby took over without the last sales, has numbers as free that were given
away in the time that it lost. It is told by its own row (base.sql.lineage), and in such a database nobody is given a
number. Then all that are free are set aside, and those that a refill of before the restore still brings. A sale or
credit note whose till says that its receipt bears a number gets that one (orders.invoicing.db.printed); the others wait
for a person. Where a synchronous standby took over nothing was lost, and whoever first asks for a number goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from base.sql.lineage import AS_IT_IS, AWAITS_STANDBY, FOLLOWS, GOES_ON, IS_PAST, MADE_NOW, NOT_OURS
from base.sql.retry_transient import again
from base.sql.sets import cursor

ORDER_NUMBERS_SKIPPED = 100_000
"""Orders of the lost time bear numbers on paper and in the books, too."""

MAY_GIVE = f"(SELECT coalesce(bool_or({GOES_ON}), false) FROM orders_invoiceepoch)"
"""Whether numbers may be given out in this database."""

_MAY_GIVE = f"SELECT {MAY_GIVE}"

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('orders_invoiceepoch'))"

_SET_ASIDE = "UPDATE orders_invoicenumber SET state = 'set_aside' WHERE state = 'free'"

_STORES = """
    INSERT INTO orders_invoicepool (store_id, restored_at) SELECT id, %b FROM inventory_store
    ON CONFLICT (store_id) DO UPDATE SET restored_at = excluded.restored_at, free_expected = 0
"""

_ORDER_NUMBERS = f"""
    SELECT setval('orders_order_number_seq', last_value + {ORDER_NUMBERS_SKIPPED}) FROM orders_order_number_seq
"""

_FORGET = "DELETE FROM orders_invoiceepoch"

_BEGIN = f"INSERT INTO orders_invoiceepoch (made_in, timeline, awaits_standby) VALUES ({MADE_NOW})"

_CARRY_ON = f"UPDATE orders_invoiceepoch SET {AS_IT_IS} WHERE {FOLLOWS} AND {IS_PAST}"

_RENEW = f"UPDATE orders_invoiceepoch SET {AS_IT_IS} WHERE {FOLLOWS} AND ({IS_PAST} OR {AWAITS_STANDBY})"

_DISOWN = f"UPDATE orders_invoiceepoch SET {NOT_OURS}"

_OPEN = """
    SELECT store.id, store.code, pool.restored_at, (
        SELECT count(*) FROM orders_invoicenumber WHERE store_id = store.id AND state = 'set_aside'
    ), (
        SELECT greatest(counter.drawn, max(substr(number, length(store.code) + 2)::bigint)) FROM orders_invoicenumber
        WHERE store_id = store.id AND refill_id IS NULL AND starts_with(number, upper(store.code) || '-')
            AND substr(number, length(store.code) + 2) ~ '^[0-9]{8,18}$'
    ), counter.drawn
    FROM orders_invoicepool AS pool JOIN inventory_store AS store ON store.id = pool.store_id
    LEFT JOIN orders_invoicecounter AS counter ON counter.store_id = store.id
    WHERE pool.restored_at IS NOT NULL ORDER BY store.code
"""

_CLOSE = """
    UPDATE orders_invoicepool SET restored_at = NULL, free_expected = free_expected + %b
    WHERE store_id = %b AND restored_at IS NOT NULL
"""

_FREE = "UPDATE orders_invoicenumber SET state = 'free' WHERE store_id = %b AND state = 'set_aside'"

# As with a single void: the notice is there with it.
_VOID = """
    WITH void AS (
        UPDATE orders_invoicenumber
        SET state = 'void', voided_at = %(now)s, voided_by = %(by)s, void_reason = %(reason)s
        WHERE store_id = %(store_id)s AND state = 'set_aside'
        RETURNING id
    )
    INSERT INTO orders_voidnotice (number_id, store_id, next_attempt_at) SELECT id, %(store_id)s, %(now)s FROM void
"""

# What was lost of a series of our own, and nobody asked for, is void: the auditor finds a row for each.
_GO_ON = """
    WITH counter AS (
        INSERT INTO orders_invoicecounter AS counter (store_id, drawn) VALUES (%(store_id)s, %(last)s)
        ON CONFLICT (store_id) DO UPDATE SET drawn = greatest(counter.drawn, excluded.drawn)
        RETURNING counter.store_id, counter.drawn
    )
    INSERT INTO orders_invoicenumber (store_id, number, state, fetched_at, voided_at, voided_by, void_reason)
    SELECT store.id, upper(store.code) || '-' || lpad(n::text, greatest(8, length(n::text)), '0'), 'void', %(now)s,
        %(now)s, %(by)s, %(reason)s
    FROM counter JOIN inventory_store AS store ON store.id = counter.store_id
    CROSS JOIN generate_series(%(first)s::bigint, counter.drawn) AS n
    ON CONFLICT (store_id, number) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """A store whose numbers wait for a person's decision. `set_aside`: how many. Of a series of its own, `highest`: the
    highest number that it knows by now, `drawn`: how many it had drawn at the time to which the database went back."""

    store_id: int
    code: str
    at: datetime
    set_aside: int
    highest: int | None
    drawn: int | None


def carry_on() -> None:
    """Numbers may be given again where a standby took over that has them all, or where none is waited for any more.
    Locks the epoch, if so."""
    cursor().execute(_CARRY_ON.encode())


def renew() -> None:
    """The same, and where commits wait for a standby the row says again that they do."""
    cursor().execute(_RENEW.encode())


def disown() -> None:
    """Whoever asks for a number next finds that the database was restored. Locks the epoch."""
    cursor().execute(_DISOWN.encode())


def is_unnoticed() -> bool:
    """Whether this database was restored, and its free numbers were not set aside yet."""
    if _may_give():
        return False
    carry_on()
    return not _may_give()


def _may_give() -> bool:
    row = cursor().execute(_MAY_GIVE.encode()).fetchone()
    return bool(row and row[0])


def notice(*, now: datetime) -> bool:
    """Set aside what is free where the database was restored; whether it was, and nobody had noticed."""
    return is_unnoticed() and set_aside(now=now, only_unnoticed=True)


@again
def set_aside(*, now: datetime, only_unnoticed: bool = False) -> bool:
    """Set aside every free number of every store: receipts may bear it. Locks the epoch's own lock, the numbers, the
    pools. `only_unnoticed`: not where somebody else has done so meanwhile."""
    with transaction.atomic():
        cursor().execute(_LOCK)
        if only_unnoticed and not is_unnoticed():
            return False
        cursor().execute(_SET_ASIDE)
        cursor().execute(_STORES, (now,))
        cursor().execute(_ORDER_NUMBERS.encode())
        cursor().execute(_FORGET)
        cursor().execute(_BEGIN.encode())
    return True


def open_restores() -> Sequence[Restored]:
    """The stores whose numbers wait for a person's decision."""
    return [Restored(*row) for row in cursor().execute(_OPEN)]


@again
def give_back(store: Restored) -> int:
    """Nothing was lost: what was set aside is free again; how many numbers. Locks the numbers, then the pool."""
    with transaction.atomic():
        freed = cursor().execute(_FREE, (store.store_id,)).rowcount
        cursor().execute(_CLOSE, (freed, store.store_id))
    return freed


@again
def give_up(store: Restored, *, reason: str, by: str, now: datetime) -> int:
    """Whoever has a receipt has asked: what is still set aside is void, and accounting is told; how many numbers.
    Locks the numbers, then the pool."""
    given = {"store_id": store.store_id, "reason": reason, "by": by, "now": now}
    with transaction.atomic():
        void = cursor().execute(_VOID, given).rowcount
        cursor().execute(_CLOSE, (0, store.store_id))
    return void


@again
def go_on(store: Restored, *, last: int, reason: str, by: str, now: datetime) -> int:
    """The store's own series goes on after `last`, the highest number on any receipt. What is missing up to there is
    void; how many numbers. Locks the counter, then the pool."""
    given = {"store_id": store.store_id, "last": max(last, store.highest or 0), "first": (store.drawn or 0) + 1}
    with transaction.atomic():
        void = cursor().execute(_GO_ON, {**given, "reason": reason, "by": by, "now": now}).rowcount
        cursor().execute(_CLOSE, (0, store.store_id))
    return void

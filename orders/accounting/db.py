"""The outbox: entries that accounting has not confirmed. Sent in order within an order, each under a key that lasts: it
names what is booked, so that a sale which a restored database has lost, and gets again, is not booked a second time.

An entry waits for the number of its invoice or credit note (`next_attempt_at` is null until then) and for the entries
of its order that come before it. Those of deposits do not wait: they name the order's own number. Only the holder of a
lease writes what became of an entry, so a late answer of somebody whose lease has lapsed changes nothing: the new
holder gets the same answer under the same key.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from base.outside.lease_loop import Failure, Fate
from base.outside.pages import READ_MAX, Due, Page, behind, place_of
from base.sql.sets import columns_of, cursor, unnest
from orders.accounting.core import TAX, EntryState
from orders.accounting.port import Entry, Posting
from orders.commands.core.tenders import OF_DEPOSITS, EntryKind

# By the index of the same columns: what is passed over is read once a run, not once for each lease.
_PAGE = f"""
    SELECT id, state, next_attempt_at, seq FROM orders_journalentry
    WHERE state = 'pending' AND next_attempt_at <= %(now)s AND (next_attempt_at, seq) > (%(after_at)s, %(after_number)s)
    ORDER BY next_attempt_at, seq LIMIT {READ_MAX}
"""
_PAGE_END = f"SELECT next_attempt_at, seq FROM ({_PAGE}) AS page OFFSET {READ_MAX - 1}"

# What the page was read by stands here as the page's: by a constant the planner would look for the row anew, and go
# through all that is due for each of a page while it believes that to be little.
_IS_NEXT = """
    entry.state = page.state AND entry.next_attempt_at = page.next_attempt_at
    AND (entry.lease_until IS NULL OR entry.lease_until <= %(now)s)
    AND NOT EXISTS (
        SELECT FROM orders_journalentry AS earlier
        WHERE earlier.order_id = entry.order_id AND earlier.seq < entry.seq AND earlier.state <> 'posted'
    )
"""

# One without an invoice number has no time, and so is in no page.
_LOOK = f"""
    SELECT EXISTS (
        SELECT FROM ({_PAGE}) AS page JOIN orders_journalentry AS entry ON entry.id = page.id WHERE {_IS_NEXT}
    ), page_end.*
    FROM (SELECT 1) AS once LEFT JOIN ({_PAGE_END}) AS page_end ON true
"""

# SKIP LOCKED: two relays take different entries. A repeat says what was sent the first time, whatever the store calls
# its accounts by now.
_LEASE = f"""
    WITH due AS MATERIALIZED (
        SELECT entry.id, page.next_attempt_at, store.code,
            CASE WHEN closing.id IS NOT NULL THEN format('Z%%s-%%s', closing.terminal_id, closing.number)
                WHEN entry.kind = ANY(%(of_deposits)s) THEN "order".number::text ELSE invoice.number END AS number,
            note.number AS credit_note_number, CASE WHEN entry.kind = ANY(%(of_deposits)s) THEN (
                SELECT format('deposit-%%s', ringup_lasting_id(terminal_id, key, order_id, id)) FROM orders_command
                WHERE id = entry.command_id
            ) END AS deposit
        FROM ({_PAGE}) AS page JOIN orders_journalentry AS entry ON entry.id = page.id
        LEFT JOIN orders_order AS "order" ON "order".id = entry.order_id
        LEFT JOIN orders_closing AS closing ON closing.id = entry.closing_id
        LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = entry.order_id
        LEFT JOIN orders_invoicenumber AS note ON note.credit_note_id = entry.command_id
        JOIN inventory_store AS store ON store.id = entry.store_id
        WHERE {_IS_NEXT} AND (entry.kind = ANY(%(of_deposits)s) OR closing.id IS NOT NULL OR note.number IS NOT NULL
            OR (entry.kind = 'sale' AND invoice.number IS NOT NULL))
        ORDER BY page.next_attempt_at, page.seq LIMIT %(limit)s FOR NO KEY UPDATE OF entry SKIP LOCKED
    ), leased AS (
        UPDATE orders_journalentry AS entry SET lease_until = %(until)s, sent = coalesce(entry.sent, (
            SELECT jsonb_agg(jsonb_build_array(
                coalesce(nullif(tax.account, ''), known.account, posting ->> 0), posting -> 1
            ) ORDER BY position)
            FROM jsonb_array_elements(entry.postings) WITH ORDINALITY AS named (posting, position)
            LEFT JOIN orders_account AS known ON known.store_id = entry.store_id AND known.name = posting ->> 0
            LEFT JOIN inventory_tax AS tax ON tax.store_id = entry.store_id AND tax.code = posting ->> 2
                AND posting ->> 0 = 'tax'
        ))
        FROM due WHERE entry.id = due.id
        RETURNING entry.seq, due.next_attempt_at, entry.id, entry.command_id, entry.attempts + 1,
            due.code || '/' || coalesce(due.deposit, due.credit_note_number, due.number), due.code, due.number,
            due.credit_note_number, entry.kind, entry.currency, entry.created_at, entry.day, entry.sent, entry.postings
    )
    SELECT page_end.*, leased.*
    FROM (SELECT 1) AS once LEFT JOIN ({_PAGE_END}) AS page_end ON true LEFT JOIN leased ON true
    ORDER BY leased.seq
"""

# The number of a sale or credit note goes with its entry, and the pool's count with the number: one statement, one
# truth.
_POSTED = f"""
    WITH posted AS (
        UPDATE orders_journalentry AS entry
        SET state = 'posted', posted_at = %s, accounting_reference = given.reference, lease_until = NULL,
            last_error = ''
        FROM {unnest(["uuid", "text"])} AS given (id, reference)
        WHERE entry.id = given.id AND entry.state = 'pending' AND entry.lease_until = %s
        RETURNING entry.order_id, entry.command_id, entry.kind, entry.posted_at
    ), told AS (
        SELECT number.id, posted.posted_at FROM posted
        JOIN orders_invoicenumber AS number ON number.order_id = posted.order_id WHERE posted.kind = 'sale'
        UNION ALL
        SELECT number.id, posted.posted_at FROM posted
        JOIN orders_invoicenumber AS number ON number.credit_note_id = posted.command_id
    ), confirmed AS (
        UPDATE orders_invoicenumber AS number SET state = 'posted', posted_at = told.posted_at FROM told
        WHERE number.id = told.id AND number.state = 'assigned'
        RETURNING number.store_id
    ), counted AS (
        INSERT INTO orders_invoicepool AS pool (store_id, posted) SELECT store_id, count(*) FROM confirmed GROUP BY 1
        ON CONFLICT (store_id) DO UPDATE SET posted = pool.posted + excluded.posted
    )
    SELECT count(*) FROM posted
"""

# Of what was refused nothing is known to accounting: an operator who mended the accounts sends it with those.
_FAILED = f"""
    UPDATE orders_journalentry AS entry
    SET state = given.state, attempts = entry.attempts + 1, last_error = given.error, lease_until = NULL,
        next_attempt_at = given.next_attempt_at, sent = CASE WHEN given.is_refused THEN NULL ELSE entry.sent END
    FROM {unnest(["uuid", "text", "text", "timestamptz", "bool"])} AS given
        (id, state, error, next_attempt_at, is_refused)
    WHERE entry.id = given.id AND entry.state = 'pending' AND entry.lease_until = %s
"""

_GIVE_BACK = "UPDATE orders_journalentry SET lease_until = NULL WHERE id = ANY(%s) AND lease_until = %s"

_RETRY = """
    WITH again AS (
        UPDATE orders_journalentry SET state = 'pending', attempts = 0, next_attempt_at = %(now)s
        WHERE id = ANY(%(ids)s) AND state = 'parked'
        RETURNING id, store_id
    )
    INSERT INTO orders_repair (store_id, entry_id, act, by, reason, at)
    SELECT store_id, id, 'retry', %(by)s, %(reason)s, %(now)s FROM again
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """`attempts`: with this one. `key`: what accounting knows it by."""

    id: UUID
    command_id: UUID
    attempts: int
    key: str
    entry: Entry


def look(now: datetime, after: Due | None) -> Page[bool, Due]:
    """Without a lock: whether `lease_due` would find some of the next that are due. It goes on there until they are
    taken."""
    row = cursor().execute(_LOOK, {"now": now, **behind(after)}).fetchone()
    assert row
    is_found, *end = row
    return ([True], after) if is_found else ([], place_of(*end))


def lease_due(after: Due | None, *, limit: int, now: datetime, until: datetime) -> Page[Leased, Due]:
    """Up to `limit` entries to send, of the next that are due; each the first of its order that is not posted, and for
    this caller until then."""
    asked = {"limit": limit, "now": now, "until": until, "of_deposits": sorted(OF_DEPOSITS), **behind(after)}
    rows = cursor().execute(_LEASE, asked).fetchall()
    found = [row[2:] for row in rows if row[2] is not None]
    place = max((at, seq) for seq, at, *_ in found) if len(found) == limit else place_of(*rows[0][:2])
    return _leased(found), place


def _leased(rows: Iterable[Sequence[Any]]) -> list[Leased]:
    return [
        Leased(id=id_, command_id=command_id, attempts=attempts, key=key, entry=_entry(*told))
        for _, _, id_, command_id, attempts, key, *told in rows
    ]


def _entry(
    store_code: str,
    number: str,
    credit_note_number: str | None,
    kind: str,
    currency: str,
    created_at: datetime,
    day: date,
    sent: str,
    postings: str,
) -> Entry:
    return Entry(
        store_code=store_code,
        invoice_number=number,
        credit_note_number=credit_note_number,
        kind=EntryKind(kind),
        currency=currency,
        occurred_at=created_at,
        day=day,
        postings=tuple(map(_posting, json.loads(sent), json.loads(postings))),
    )


def _posting(sent: tuple[str, int], told: tuple[str, int] | tuple[str, int, str, str]) -> Posting:
    match told:
        case name, _, code, rate:
            return Posting(*sent, tax_code=code, tax_rate=rate, is_tax=name == TAX)
    return Posting(*sent)


def posted(confirmed: Sequence[tuple[UUID, str]], *, lease_until: datetime, now: datetime) -> int:
    """Accounting has booked these, (entry id, its reference there); how many of them were still this caller's."""
    row = cursor().execute(_POSTED, (now, *columns_of(confirmed), lease_until)).fetchone()
    return row[0] if row else 0


def failed(failures: Sequence[Failure[Leased]], *, lease_until: datetime) -> None:
    """Tried again later, or parked: refused is parked too. One statement, for some."""
    states = {Fate.LATER: EntryState.PENDING, Fate.PARKED: EntryState.PARKED, Fate.REFUSED: EntryState.PARKED}
    rows = [
        (one.item.id, states[one.fate], one.error, one.next_attempt_at, one.fate is Fate.REFUSED) for one in failures
    ]
    cursor().execute(_FAILED, (*columns_of(rows), lease_until))


def give_back(entry_ids: Sequence[UUID], *, lease_until: datetime) -> None:
    """These were not tried."""
    cursor().execute(_GIVE_BACK, (list(entry_ids), lease_until))


def retry_entries(entry_ids: Sequence[UUID], *, by: str, reason: str, now: datetime) -> int:
    """Parked entries are pending again, and who wanted that is kept; how many were parked."""
    return cursor().execute(_RETRY, {"ids": list(entry_ids), "by": by, "reason": reason, "now": now}).rowcount

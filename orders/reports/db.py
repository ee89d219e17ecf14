"""Reading a business day: one statement, so that all of it is of one moment, however much is sold meanwhile."""

import json
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from base.sql.sets import cursor
from orders.accounting.core import REVENUE, TAX
from orders.commands.core.days import Calendar
from orders.reports.core import Booked, Counted, Read

FIRST, LAST = date(1970, 1, 1), date(9000, 1, 1)
"""Nothing is sold before or after these, and clocks have an end."""

_STORE = "SELECT code, currency, time_zone, day_starts_at FROM inventory_store WHERE id = %s"

# Of the entries of a day the many are found by their orders, which have an index by day: one of entries would cost each
# sale. Of the few others there is one. A sale came to what it was booked as: what was taken back or cancelled before it
# was paid is still in its order's total, and was never sold.
_DAY = f"""
    WITH sale AS MATERIALIZED (
        SELECT id, paid_at, paid_at >= %(ends_at)s AS is_late, invoice_pending FROM orders_order
        WHERE store_id = %(store_id)s AND business_day = %(day)s
    ), entry AS MATERIALIZED (
        SELECT entry.kind, entry.postings, is_late
        FROM sale JOIN orders_journalentry AS entry ON entry.order_id = sale.id AND entry.kind = 'sale'
        UNION ALL
        SELECT kind, postings, false FROM orders_journalentry
        WHERE store_id = %(store_id)s AND day = %(day)s AND kind <> 'sale' AND order_id IS NOT NULL
    ), posted AS MATERIALIZED (
        SELECT kind, is_late, posting ->> 0 AS account, (posting ->> 1)::bigint AS minor, posting ->> 2 AS code,
            posting ->> 3 AS rate
        FROM entry, jsonb_array_elements(postings) AS posting
    ), booked AS (
        SELECT kind, account, code, rate, count(*) AS count, sum(minor) AS minor FROM posted GROUP BY 1, 2, 3, 4
    ), sold AS (
        SELECT coalesce(-sum(minor), 0) AS minor, coalesce(-sum(minor) FILTER (WHERE is_late), 0) AS late_minor
        FROM posted WHERE kind = 'sale' AND account IN ('{REVENUE}', '{TAX}')
    ), numbered AS MATERIALIZED (
        SELECT invoice.number, sale.paid_at, sale.id
        FROM sale JOIN orders_invoicenumber AS invoice ON invoice.order_id = sale.id
    )
    SELECT json_build_object(
        'sales', (SELECT json_build_array((SELECT count(*) FROM sale), minor) FROM sold),
        'late', (SELECT json_build_array((SELECT count(*) FROM sale WHERE is_late), late_minor) FROM sold),
        'returned', (
            SELECT json_object_agg(kind, count) FROM (SELECT kind, count(*) AS count FROM entry GROUP BY 1) AS counted
        ),
        'booked', (SELECT json_agg(json_build_array(kind, account, code, rate, count, minor)) FROM booked),
        'tax_names', (SELECT json_object_agg(code, name) FROM inventory_tax WHERE store_id = %(store_id)s),
        'first_invoice_number', (SELECT number FROM numbered ORDER BY paid_at, id LIMIT 1),
        'last_invoice_number', (SELECT number FROM numbered ORDER BY paid_at DESC, id DESC LIMIT 1),
        'invoices_pending', (SELECT count(*) FROM sale WHERE invoice_pending)
    )::text
"""


def read_day(store_id: int, day: date, *, now: datetime) -> Read:
    code, currency, zone, starts_at = cursor().execute(_STORE, [store_id]).fetchone() or _no_store(store_id)
    ends_at = Calendar(ZoneInfo(zone), starts_at).end_of(min(max(day, FIRST), LAST))
    row = cursor().execute(_DAY, {"store_id": store_id, "day": day, "ends_at": ends_at}).fetchone()
    assert row, "a statement of sums has a row"
    told = json.loads(row[0])
    return Read(
        date=day,
        as_of=now,
        store=code,
        currency=currency,
        sales=Counted(*told["sales"]),
        late=Counted(*told["late"]),
        returned=told["returned"] or {},
        booked=tuple(Booked(*one) for one in told["booked"] or ()),
        tax_names=told["tax_names"] or {},
        first_invoice_number=told["first_invoice_number"],
        last_invoice_number=told["last_invoice_number"],
        invoices_pending=told["invoices_pending"],
    )


def _no_store(store_id: int) -> tuple[str, str, str, time]:
    raise LookupError(f"there is no store {store_id}")

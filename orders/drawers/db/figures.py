"""What the money commands of a drawer come to, read from the payments and entries that they wrote."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from base.sql.sets import cursor
from orders.accounting.core import DEPOSITS, REVENUE, ROUNDING, TAX
from orders.commands.core.amounts import ToldTax
from orders.commands.core.tenders import EntryKind, Method
from orders.drawers.core.figures import Figures, Moved, Sum

# Each set as JSON, in one statement: all of it as of one instant. A sale is a pay that took a number, or waits for one:
# a deposit is none, and an order of nothing is. What it came to stands in its entry.
_FIGURES = f"""
    WITH taken AS MATERIALIZED (
        SELECT id, seq, order_id, kind, settled_at, store_id, kind = 'pay' AND (
            result ->> 'invoice_number' IS NOT NULL OR result ->> 'invoice_pending' = 'true'
        ) AS is_sale
        FROM orders_command WHERE id = ANY(%(ids)b)
    ), posted AS MATERIALIZED (
        SELECT entry.command_id, entry.store_id, entry.kind, posting ->> 0 AS account, (posting ->> 1)::bigint AS minor,
            posting ->> 2 AS code, posting ->> 3 AS rate
        FROM taken JOIN orders_journalentry AS entry
            ON entry.order_id = taken.order_id AND entry.command_id = taken.id,
            jsonb_array_elements(entry.postings) AS posting
    ), back AS MATERIALIZED (
        SELECT kind, command_id, sum(minor) FILTER (WHERE account IN ('{REVENUE}', '{TAX}')) AS minor
        FROM posted WHERE kind IN ('{EntryKind.RETURN}', '{EntryKind.CANCELLATION}') GROUP BY kind, command_id
    ), sale AS MATERIALIZED (
        SELECT taken.settled_at, taken.seq, invoice.number
        FROM taken LEFT JOIN orders_invoicenumber AS invoice ON invoice.order_id = taken.order_id
        WHERE is_sale
    )
    SELECT
        (SELECT count(*) FROM sale),
        (SELECT coalesce(-sum(minor), 0) FROM posted
            WHERE kind = '{EntryKind.SALE}' AND account IN ('{REVENUE}', '{TAX}'))::bigint,
        (SELECT count(*) FROM back), (SELECT coalesce(sum(minor), 0) FROM back)::bigint,
        (SELECT count(*) FROM back WHERE kind = '{EntryKind.CANCELLATION}'),
        (SELECT coalesce(sum(minor), 0) FROM back WHERE kind = '{EntryKind.CANCELLATION}')::bigint,
        (SELECT coalesce(-sum(minor) FILTER (WHERE account = '{DEPOSITS}'), 0) FROM posted)::bigint,
        (SELECT coalesce(-sum(minor) FILTER (WHERE account = '{ROUNDING}'), 0) FROM posted)::bigint,
        (
            SELECT json_agg(json_build_array(method, minor)) FROM (
                SELECT method, sum(CASE payment.kind WHEN 'refund' THEN -amount_minor ELSE amount_minor END) AS minor
                FROM taken JOIN orders_payment AS payment
                    ON payment.order_id = taken.order_id AND payment.command_id = taken.id
                GROUP BY method
            ) AS kept
        ),
        (
            SELECT json_agg(json_build_array(code, name, rate, net, tax) ORDER BY code, rate::numeric) FROM (
                SELECT posted.code, tax.name, rate,
                    coalesce(-sum(minor) FILTER (WHERE posted.account = '{REVENUE}'), 0) AS net,
                    coalesce(-sum(minor) FILTER (WHERE posted.account = '{TAX}'), 0) AS tax
                FROM posted JOIN inventory_tax AS tax ON tax.store_id = posted.store_id AND tax.code = posted.code
                GROUP BY posted.code, tax.name, rate
            ) AS taxed
        ),
        (SELECT number FROM sale WHERE number IS NOT NULL ORDER BY settled_at, seq LIMIT 1),
        (SELECT number FROM sale WHERE number IS NOT NULL ORDER BY settled_at DESC, seq DESC LIMIT 1),
        (SELECT count(*) FROM sale WHERE number IS NULL)
"""

_MOVEMENTS = """
    SELECT at, amount_minor, reason, command_id FROM orders_drawermovement
    WHERE terminal_id = %s AND closing_id IS NULL ORDER BY id
"""


def figures_of(command_ids: Sequence[UUID]) -> Figures:
    row = cursor().execute(_FIGURES, {"ids": list(command_ids)}).fetchone()
    assert row is not None
    sales, sold, backs, back, cancels, cancelled, deposits, rounding, kept, taxes, first, last, pending = row
    return Figures(
        sales=Sum(sales, sold),
        refunds=Sum(backs, back),
        cancelled=Sum(cancels, cancelled),
        deposits_minor=deposits,
        rounding_minor=rounding,
        kept={Method(method): minor for method, minor in kept or ()},
        taxes=list(_taxes(taxes or ())),
        first_invoice_number=first,
        last_invoice_number=last,
        invoices_pending=pending,
    )


def movements_of(terminal_id: int) -> list[Moved]:
    """Those that no closing counts yet."""
    rows = cursor().execute(_MOVEMENTS, (terminal_id,))
    return [
        Moved(at=at, amount_minor=minor, reason=reason, command_id=command_id) for at, minor, reason, command_id in rows
    ]


def _taxes(rows: Iterable[Sequence[Any]]) -> Iterable[ToldTax]:
    for code, name, rate, net, tax in rows:
        yield ToldTax(code=code, name=name, rate=rate, net_minor=net, tax_minor=tax)

"""What must hold whenever anything was committed. Each query gives (what is broken)."""

import re

_LEVELS = """
    SELECT format('level %s: on hand %s, reserved %s; moved %s, held %s', level.id, on_hand, reserved, moved, held)
    FROM inventory_stocklevel AS level
    CROSS JOIN LATERAL (SELECT coalesce(sum(quantity_change), 0) AS moved, coalesce(sum(reserved_change), 0) AS taken
        FROM inventory_stockmovement WHERE level_id = level.id) AS ledger
    CROSS JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS held FROM inventory_hold WHERE level_id = level.id) AS hold
    WHERE NOT (0 <= reserved AND reserved <= on_hand) OR on_hand <> moved OR reserved <> held OR reserved <> taken
"""

_PATHS = """
    SELECT format('order %s: %s from %s, but it was %s', order_id, kind, from_status, was) FROM (
        SELECT *, lag(to_status, 1, 'draft') OVER (PARTITION BY order_id ORDER BY id) AS was FROM orders_statuschange
    ) AS change WHERE from_status <> was
    UNION ALL
    SELECT format('order %s is %s, its history ends otherwise', id, status) FROM orders_order AS "order"
    WHERE status <> coalesce((SELECT to_status FROM orders_statuschange WHERE order_id = "order".id
        ORDER BY id DESC LIMIT 1), 'draft')
"""

_MONEY = """
    SELECT format('order %s: paid %s, refunded %s; payments say %s, %s', id, paid_minor, refunded_minor, taken, given)
    FROM orders_order AS "order" CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount_minor) FILTER (WHERE kind = 'tender'), 0) AS taken,
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'refund'), 0) AS given
        FROM orders_payment WHERE order_id = "order".id
    ) AS payment
    WHERE paid_minor <> taken OR refunded_minor <> given OR refunded_minor > paid_minor
"""

_NUMBERS = """
    SELECT format('order %s is paid, and has %s numbers, pending %s', id, numbers, invoice_pending)
    FROM orders_order AS "order" CROSS JOIN LATERAL (
        SELECT count(*) AS numbers FROM orders_invoicenumber WHERE order_id = "order".id
    ) AS number
    WHERE numbers + invoice_pending::int <> (paid_at IS NOT NULL)::int
    UNION ALL
    SELECT format('refill %s brought %s numbers, %s are there', refill.id, stored_count, count(number.id))
    FROM orders_invoicerefill AS refill LEFT JOIN orders_invoicenumber AS number ON number.refill_id = refill.id
    WHERE stored_at IS NOT NULL GROUP BY refill.id HAVING stored_count <> count(number.id)
"""

_ONCE = """
    SELECT format('command %s changed its order %s times', command_id, count(*))
    FROM orders_statuschange GROUP BY command_id HAVING count(*) > 1
    UNION ALL
    SELECT format('%s effects of command %s, which is %s', count(*), effect.command_id, command.state) FROM (
        SELECT command_id FROM orders_statuschange UNION ALL SELECT command_id FROM orders_payment
        UNION ALL SELECT command_id FROM inventory_stockmovement UNION ALL SELECT command_id FROM orders_journalentry
        UNION ALL SELECT command_id FROM orders_drawermovement UNION ALL SELECT command_id FROM orders_closing
    ) AS effect JOIN orders_command AS command ON command.id = effect.command_id
    WHERE command.state <> 'succeeded' GROUP BY effect.command_id, command.state
"""

_PARKED = r"""
    SELECT format('%s %s is parked: %s', kind, id, last_error) FROM orders_command
    WHERE state = 'parked' AND last_error !~ '\(simulated|no reference|^failed 20 times'
"""

_DRAWERS = """
    SELECT format('closing %s of terminal %s tells of %s; it was %s', number, closing.terminal_id, told, was)
    FROM orders_closing AS closing
    CROSS JOIN LATERAL (
        SELECT sum((method ->> 'expected_minor')::bigint) AS told
        FROM jsonb_array_elements(figures -> 'methods') AS method
    ) AS figure
    CROSS JOIN LATERAL (
        SELECT sum(minor) AS was FROM (
            SELECT (payload ->> 'float_minor')::bigint AS minor FROM orders_command WHERE seq = opened_seq
            UNION ALL
            SELECT amount_minor FROM orders_drawermovement AS moved JOIN orders_command AS command
                ON command.id = moved.command_id
            WHERE moved.terminal_id = closing.terminal_id AND command.seq BETWEEN opened_seq AND closed_seq
            UNION ALL
            SELECT CASE payment.kind WHEN 'refund' THEN -amount_minor ELSE amount_minor END
            FROM orders_command AS command JOIN orders_payment AS payment ON payment.command_id = command.id
            WHERE command.closing_id = closing.id
        ) AS lay_in_it
    ) AS drawer
    WHERE told <> was
    UNION ALL
    SELECT format('closing %s of terminal %s comes after %s, opened at %s', number, terminal_id, before, opened_seq)
    FROM (
        SELECT *, lag(number, 1, 0) OVER closed AS before, lag(closed_seq, 1, 0::bigint) OVER closed AS closed_before
        FROM orders_closing WINDOW closed AS (PARTITION BY terminal_id ORDER BY number)
    ) AS closing WHERE number <> before + 1 OR opened_seq < closed_before
    UNION ALL
    SELECT format('closing %s of terminal %s left out a movement', number, closing.terminal_id)
    FROM orders_closing AS closing JOIN orders_drawermovement AS moved ON moved.terminal_id = closing.terminal_id
    JOIN orders_command AS command ON command.id = moved.command_id
    WHERE moved.closing_id IS NULL AND command.seq < closed_seq
"""

_STORES = """
    SELECT format('%s of command %s is of store %s, not of %s', what, command.id, effect.store_id, command.store_id)
    FROM (
        SELECT 'a change' AS what, command_id, store_id FROM orders_statuschange
        UNION ALL SELECT 'a payment', command_id, store_id FROM orders_payment
        UNION ALL SELECT 'a movement', command_id, store_id FROM inventory_stockmovement
        UNION ALL SELECT 'an entry', command_id, store_id FROM orders_journalentry
        UNION ALL SELECT 'a number', command_id, store_id FROM orders_invoicenumber
        UNION ALL SELECT 'cash', command_id, store_id FROM orders_drawermovement
        UNION ALL SELECT 'a closing', command_id, store_id FROM orders_closing
    ) AS effect JOIN orders_command AS command ON command.id = effect.command_id
    WHERE effect.store_id <> command.store_id
    UNION ALL
    SELECT format('command %s is of store %s, its order of %s', command.id, command.store_id, "order".store_id)
    FROM orders_command AS command JOIN orders_order AS "order" ON "order".id = command.order_id
    WHERE command.store_id <> "order".store_id
    UNION ALL
    SELECT format('level %s is of store %s, what moves or holds it of %s', level.id, level.store_id, by.store_id)
    FROM (
        SELECT level_id, store_id FROM inventory_stockmovement UNION ALL SELECT level_id, store_id FROM inventory_hold
    ) AS by JOIN inventory_stocklevel AS level ON level.id = by.level_id WHERE by.store_id <> level.store_id
"""

LAWS = {
    "parked": _PARKED,
    "levels": _LEVELS,
    "paths": _PATHS,
    "money": _MONEY,
    "numbers": _NUMBERS,
    "once": _ONCE,
    "drawers": _DRAWERS,
    "stores": _STORES,
}
TABLES = {name: set(re.findall(r"\b(?:orders|inventory)_[a-z]+\b", query)) for name, query in LAWS.items()}
"""What each law is about."""

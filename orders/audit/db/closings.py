"""The laws of closings and of the drawers that go on from them."""

from orders.accounting.core import CASH_DIFFERENCE, CASH_TRANSFER, DEPOSITS, REVENUE, ROUNDING, TAX
from orders.commands.core.machine import MONEY_KINDS

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(MONEY_KINDS))

# Of what a movement's reason was before it was forgotten, the hash is all that is left.
LAWS = {
    "a closing follows the one before it, and bears its own hash": """
        SELECT closing.id, format('terminal %s, number %s: the one before has the hash %s, it says %s',
            closing.terminal_id, closing.number, before.hash, closing.figures ->> 'previous_hash'), closing.command_id
        FROM orders_closing AS closing LEFT JOIN closing_before AS before
            ON before.terminal_id = closing.terminal_id AND before.number = closing.number - 1
        WHERE (closing.number > 1 AND before.id IS NULL)
            OR before.hash IS DISTINCT FROM closing.figures ->> 'previous_hash'
            OR closing.figures ->> 'hash' <> closing.hash
            OR (ringup_closing_hash(ringup_closing_told(closing.figures)) <> closing.hash AND NOT EXISTS (
                SELECT FROM orders_drawermovement AS moved WHERE moved.closing_id = closing.id AND moved.reason IS NULL
            ))
            OR (closing.figures ->> 'number')::int <> closing.number
    """,
    "a closing counts what its own terminal sold before it": f"""
        SELECT closing.id, format('%s of terminal %s, place %s; the closing is of %s, place %s', command.kind,
            command.terminal_id, command.seq, closing.terminal_id, closed_seq), command.id
        FROM orders_closing AS closing JOIN orders_command AS command ON command.closing_id = closing.id
        WHERE command.terminal_id IS DISTINCT FROM closing.terminal_id OR command.seq >= closed_seq
            OR command.state <> 'succeeded' OR command.kind NOT IN ({_KINDS})
    """,
    "a closing tells the sums of what it counts": f"""
        SELECT closing_id, format('%s: told ¤%s, counted ¤%s', replace(what, '_minor', ''), sum(told), sum(counted)),
            NULL
        FROM (
            WITH posted AS MATERIALIZED (
                SELECT command.closing_id, entry.kind, posting ->> 0 AS account, -(posting ->> 1)::bigint AS minor,
                    posting ->> 2 AS code
                FROM orders_command AS command JOIN orders_journalentry AS entry
                    ON entry.order_id = command.order_id AND entry.command_id = command.id,
                    jsonb_array_elements(postings) AS posting
                WHERE command.closing_id IS NOT NULL
            )
            SELECT id AS closing_id, 'expected in ' || (method ->> 'method') AS what,
                (method ->> 'expected_minor')::bigint AS told, 0 AS counted
            FROM orders_closing, jsonb_array_elements(figures -> 'methods') AS method
            UNION ALL SELECT id, 'expected in cash', 0, (figures ->> 'float_minor')::bigint FROM orders_closing
            UNION ALL SELECT closing_id, 'expected in cash', 0, amount_minor FROM orders_drawermovement
            UNION ALL SELECT command.closing_id, 'expected in ' || method, 0,
                CASE payment.kind WHEN 'refund' THEN -amount_minor ELSE amount_minor END
            FROM orders_command AS command JOIN orders_payment AS payment
                ON payment.order_id = command.order_id AND payment.command_id = command.id
            UNION ALL SELECT id, name, coalesce((figures -> name ->> 'total_minor')::bigint,
                (figures ->> name)::bigint), 0
            FROM orders_closing, unnest(ARRAY['sales', 'refunds', 'cancelled', 'deposits_minor', 'rounding_minor'])
                AS named (name)
            UNION ALL SELECT id, 'taxes', (tax ->> 'net_minor')::bigint + (tax ->> 'tax_minor')::bigint, 0
            FROM orders_closing, jsonb_array_elements(figures -> 'taxes') AS tax
            UNION ALL SELECT closing_id, 'sales', 0, minor FROM posted
            WHERE kind = 'sale' AND account IN ('{REVENUE}', '{TAX}')
            UNION ALL SELECT closing_id, 'refunds', 0, -minor FROM posted
            WHERE kind IN ('return', 'cancellation') AND account IN ('{REVENUE}', '{TAX}')
            UNION ALL SELECT closing_id, 'cancelled', 0, -minor FROM posted
            WHERE kind = 'cancellation' AND account IN ('{REVENUE}', '{TAX}')
            UNION ALL SELECT closing_id, 'deposits_minor', 0, minor FROM posted WHERE account = '{DEPOSITS}'
            UNION ALL SELECT closing_id, 'rounding_minor', 0, minor FROM posted WHERE account = '{ROUNDING}'
            UNION ALL SELECT closing_id, 'taxes', 0, minor FROM posted WHERE code IS NOT NULL
        ) AS one
        GROUP BY closing_id, what HAVING sum(told) <> sum(counted)
    """,
    "a closing is booked as it tells": f"""
        SELECT closing_id, format('%s: told ¤%s, booked ¤%s', account, sum(told), sum(booked)), NULL
        FROM (
            SELECT id AS closing_id, '{CASH_TRANSFER}' AS account, -(moved ->> 'amount_minor')::bigint AS told,
                0 AS booked
            FROM orders_closing, jsonb_array_elements(figures -> 'movements') AS moved
            UNION ALL SELECT id, '{CASH_DIFFERENCE}', -(method ->> 'difference_minor')::bigint, 0
            FROM orders_closing, jsonb_array_elements(figures -> 'methods') AS method
            WHERE method ->> 'method' = 'cash'
            UNION ALL SELECT closing_id, posting ->> 0, 0, (posting ->> 1)::bigint
            FROM orders_journalentry, jsonb_array_elements(postings) AS posting
            WHERE closing_id IS NOT NULL AND posting ->> 0 <> 'cash'
        ) AS one
        GROUP BY closing_id, account HAVING sum(told) <> sum(booked)
    """,
}

OF_DRAWERS = {
    "a drawer goes on from its last closing": """
        SELECT drawer.terminal_id, format('last number %s, open since place %s; closing %s, place %s; %s movements',
            last_number, opened_seq, closing.number, closing.closed_seq, moved.count), NULL
        FROM orders_drawer AS drawer
        LEFT JOIN LATERAL (
            SELECT number, closed_seq FROM orders_closing WHERE terminal_id = drawer.terminal_id
            ORDER BY number DESC LIMIT 1
        ) AS closing ON true
        CROSS JOIN LATERAL (
            SELECT count(*) FROM orders_drawermovement
            WHERE terminal_id = drawer.terminal_id AND closing_id IS NULL
        ) AS moved
        WHERE last_number <> coalesce(closing.number, 0) OR opened_seq <= closing.closed_seq
            OR (opened_seq IS NULL AND moved.count > 0)
    """,
}

OF_COMMANDS = {
    # One that settled after it is the next one's.
    "what a terminal has sold is in a closing, or waits for the next": f"""
        SELECT command.id, format('terminal %s: settled at %s, in no closing', terminal_id, settled_at), command.id
        FROM orders_command AS command
        WHERE state = 'succeeded' AND kind IN ({_KINDS}) AND closing_id IS NULL AND EXISTS (
            SELECT FROM orders_closing AS closing
            WHERE closing.terminal_id = command.terminal_id AND closed_seq > command.seq
                AND closed_at > command.settled_at
        )
    """,
}

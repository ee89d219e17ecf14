"""The laws of what is still to be done: few rows, however long the history, each kind of them found by its index."""

from inventory.db.leaving import STAYS

LAWS = {
    "pending commands do not grow old": """
        SELECT id, format('pending since %s', accepted_at), id FROM orders_command
        WHERE state = 'pending' AND blocked_by_id IS NULL AND accepted_at < now() - interval '1 hour'
    """,
    "an entry is posted, or waits with a reason": """
        SELECT entry.order_id, format('%s entry is due %s', entry.kind, coalesce(next_attempt_at::text, 'never')),
            entry.command_id
        FROM orders_journalentry AS entry LEFT JOIN orders_order AS "order" ON "order".id = entry.order_id
        LEFT JOIN orders_creditnote AS note ON note.command_id = entry.command_id
        WHERE entry.state = 'pending' AND (
            (next_attempt_at IS NULL) <> (note.pending IS TRUE OR (entry.kind = 'sale' AND invoice_pending))
            OR (
                next_attempt_at < now() - interval '1 hour'
                -- Whatever fails tells that accounting is asked; the others wait behind it.
                AND NOT EXISTS (SELECT FROM orders_journalentry
                    WHERE state = 'parked' OR (state = 'pending' AND last_error <> ''))
            )
        )
    """,
    "a blocked command waits for an unsettled one of its order": """
        SELECT blocked.id, format('store %s: blocked by %s, %s', blocked.store_id, blocked.blocked_by_id,
            CASE WHEN blocker.id IS NULL THEN 'which is not there' WHEN blocker.settled_at IS NOT NULL
                THEN blocker.state ELSE 'which is not of its order' END), blocked.id
        FROM orders_command AS blocked LEFT JOIN orders_command AS blocker ON blocker.id = blocked.blocked_by_id
        WHERE blocked.state = 'pending' AND blocked.order_id IS NOT NULL AND blocked.blocked_by_id IS NOT NULL AND (
            blocker.id IS NULL OR blocker.settled_at IS NOT NULL
            OR blocker.order_id IS DISTINCT FROM blocked.order_id
        )
    """,
    # Whoever sends it something later is refused as soon as that is looked at. A minute: clocks differ.
    "an archived order has nothing to do": """
        SELECT "order".id, format('store %s: archived at %s, its %s is %s', "order".store_id, archived_at, command.kind,
            command.state), command.id
        FROM orders_command AS command JOIN orders_order AS "order" ON "order".id = command.order_id
        WHERE archived_at IS NOT NULL AND accepted_at < archived_at - interval '1 minute' AND (
            (state = 'pending' AND order_id IS NOT NULL) OR state IN ('parked', 'awaiting')
        )
    """,
    # The sweep looks every few seconds; what stands in its way is told as parked or awaiting.
    "a hold ends when it lapses": f"""
        SELECT hold.id, format('store %s, %s: lapsed at %s', hold.store_id,
            coalesce('order ' || order_id, 'for a reference'), expires_at), NULL
        FROM inventory_hold AS hold
        WHERE expires_at < now() - interval '10 minutes' AND {STAYS.format(store_id="hold.store_id")} AND NOT EXISTS (
            SELECT FROM orders_command AS command
            WHERE command.order_id = hold.order_id AND command.state IN ('parked', 'awaiting')
        )
    """,
    "a wait for stock ends when it lapses": f"""
        SELECT id, format('store %s: lapsed at %s', store_id, awaits_until), NULL FROM orders_order AS "order"
        WHERE awaits_until < now() - interval '10 minutes' AND {STAYS.format(store_id='"order".store_id')}
            AND NOT EXISTS (
            SELECT FROM orders_command AS command
            WHERE command.order_id = "order".id AND command.state IN ('parked', 'awaiting')
        )
    """,
    "a pay that waits for a payment provider is asked for": """
        SELECT command.order_id, format('waits since %s', accepted_at), command.id
        FROM orders_command AS command
        WHERE state = 'awaiting' AND NOT EXISTS (
            SELECT FROM orders_authorization
            WHERE command_id = command.id AND state = 'requested' AND next_attempt_at IS NOT NULL
        )
    """,
    "a payment provider is told, or there is a reason": """
        SELECT order_id, format('%s is due %s', kind, next_attempt_at), command_id
        FROM orders_paymentinstruction AS instruction
        WHERE state = 'pending' AND last_error = '' AND next_attempt_at < now() - interval '1 hour' AND NOT EXISTS (
            SELECT FROM orders_paymentinstruction AS earlier
            WHERE earlier.order_id = instruction.order_id AND earlier.id < instruction.id AND earlier.state <> 'done'
        )
    """,
}

OF_ALL_HOLDS = {
    "a hold is on a level that is there": """
        SELECT hold.id, format('store %s: level %s', hold.store_id, hold.level_id), NULL
        FROM inventory_hold AS hold
        WHERE NOT EXISTS (SELECT FROM inventory_stocklevel WHERE id = hold.level_id)
    """,
}

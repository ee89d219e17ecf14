"""What must hold whenever anything was committed. Each query gives (what is broken)."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from tests.simulation.connection import Server
from tests.simulation.outside import Bank, Books
from tests.simulation.tills import Counter, Sent

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
    ) AS effect JOIN orders_command AS command ON command.id = effect.command_id
    WHERE command.state <> 'succeeded' GROUP BY effect.command_id, command.state
"""

_PARKED = r"""
    SELECT format('%s %s is parked: %s', kind, id, last_error) FROM orders_command
    WHERE state = 'parked' AND last_error !~ '\(simulated|no reference|^failed 20 times'
"""

LAWS = {"parked": _PARKED, "levels": _LEVELS, "paths": _PATHS, "money": _MONEY, "numbers": _NUMBERS, "once": _ONCE}
_ALL = " UNION ALL ".join(f"SELECT '{name}', * FROM ({query}) AS law" for name, query in LAWS.items())

_COMMANDS = """
    SELECT id, order_id, store_id, terminal_id, state, outcome_code, outcome::text, result::text, settled_at
    FROM orders_command ORDER BY seq
"""

FINAL = {"succeeded", "rejected", "dismissed"}


class Judge:
    """Sees every state that the database ever was in, from outside."""

    def __init__(self, server: Server, counter: Counter, books: Books, bank: Bank) -> None:
        self._server, self._counter, self._books, self._bank = server, counter, books, bank
        self._seen = ""
        self._final: dict[UUID, tuple[Any, ...]] = {}
        self.stopped = frozenset[UUID]()

    def broken(self, *, is_committed: bool) -> list[str]:
        """What is wrong now; in the database only if something may have been committed."""
        outside = [*self._counter.broken, *self._books.line.broken, *self._bank.line.broken]
        if not is_committed or (seen := self._server.seen()) == self._seen:
            return outside
        self._seen = seen
        laws = [f"{law}: {what}" for law, what in self._server.execute(_ALL)]
        return [*outside, *laws, *self._of_commands()]

    def _of_commands(self) -> list[str]:
        rows = self._server.execute(_COMMANDS)
        there = {row[0] for row in rows}
        broken = [f"{id_} was accepted, and is not there" for id_ in self._counter.by_id if id_ not in there]
        pending = [row for row in rows if row[4] not in FINAL]
        self.stopped = frozenset(row[1] for row in pending if row[4] != "pending" and row[1])
        waits = defaultdict[Any, list[Sent]](list)
        for id_, order_id, store_id, *_ in pending:
            if sent := self._counter.by_id.get(id_):
                waits[order_id or store_id].append(sent)
        for row in rows:
            id_, order_id, store_id, _, state, *told = row
            if state not in FINAL:
                if id_ in self._final:
                    broken.append(f"{id_} was settled, and is {state}")
                continue
            before = self._final.setdefault(id_, (state, *told))
            if before != (state, *told):
                broken.append(f"{id_} was answered {before}, then {(state, *told)}")
            sent = self._counter.by_id.get(id_)
            if sent and state != "dismissed":
                broken += (
                    _overtook(other, sent, id_) for other in waits[order_id or store_id] if _is_before(other, sent)
                )
        return broken


def _is_before(other: Sent, sent: Sent) -> bool:
    return other.answered is not None and other.answered < sent.began


def _overtook(other: Sent, sent: Sent, id_: UUID) -> str:
    return f"{other.submission.kind} was accepted before {sent.submission.kind} {id_} was sent"

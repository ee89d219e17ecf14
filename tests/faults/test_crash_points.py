"""Whoever settles a command is killed with -9 at any step of it: afterwards it is settled once, with all its effects.

What a command does is compared with what the same command does undisturbed.
"""

import signal
from collections.abc import Callable
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from base.sql.sets import cursor
from orders.audit.round import audit
from orders.commands.core.machine import DRAWER_KINDS, SYSTEM_KINDS, Kind
from orders.journal.db.accept import Submission, accept_system
from orders.models import Command
from tests.support.processes.dying import Mortals
from tests.support.shop.rung import run
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state

STEPS = [
    "before claim",
    "after locks of orders",
    "after locks of levels",
    "after decide",
    "before save",
    "before commit",
    "after commit",
]
SETTLED_ALREADY = {"after commit"}
CARD = [{"method": "card", "amount_minor": 2 * PRICE_MINOR}]
GOODS = [{"sku": "TEA-80", "quantity": 2}]
SHELF = {"LOST": 0, "TEA-80": 1_000, "MUG-RED": 10, "RARE": 0}

Prepared = tuple[UUID | None, UUID]
"""An order, or none for a stock command; and the command that is due."""


def done(shop: Shop, kind: Kind, order_id: UUID | None = None, **payload: Any) -> None:
    command_id = shop.submit(kind, order_id, **payload)
    run([order_id or shop.store_id])
    assert state(command_id) == "applied"


def draft(shop: Shop, *, fulfilment: str = "shipment") -> UUID:
    return shop.order(("TEA-80", 2), fulfilment=fulfilment)


def reserved(shop: Shop) -> UUID:
    order_id = draft(shop)
    done(shop, Kind.RESERVE, order_id, expires_in_s=600)
    return order_id


def paid(shop: Shop, *, fulfilment: str = "shipment") -> UUID:
    order_id = draft(shop, fulfilment=fulfilment)
    done(shop, Kind.PAY, order_id, tenders=CARD)
    return order_id


def shipped(shop: Shop) -> UUID:
    order_id = paid(shop)
    done(shop, Kind.FULFILL, order_id)
    return order_id


def backordered(shop: Shop) -> UUID:
    order_id = shop.order(("RARE", 2), fulfilment="shipment")
    done(shop, Kind.RESERVE, order_id, shortage="backorder")
    done(shop, Kind.RECEIVE, items=[{"sku": "RARE", "quantity": 2}])
    return order_id


def held(shop: Shop) -> str:
    reference = str(uuid7())
    done(shop, Kind.HOLD, reference=reference, items=GOODS)
    return reference


def of(order: Callable[[Shop], UUID], kind: Kind, **payload: Any) -> Callable[[Shop], Prepared]:
    def prepare(shop: Shop) -> Prepared:
        order_id = order(shop)
        if kind in SYSTEM_KINDS:
            submission = Submission(
                id=uuid7(), key=str(uuid7()), kind=kind, order_id=order_id, payload=b"{}", fingerprint=b"\x00" * 32
            )
            return order_id, accept_system([submission], issued_by="a task")[0]
        return order_id, shop.submit(kind, order_id, **payload)

    return prepare


def of_stock(kind: Kind, **payload: Any) -> Callable[[Shop], Prepared]:
    return lambda shop: (None, shop.submit(kind, **payload))


def of_count(kind: Kind) -> Callable[[Shop], Prepared]:
    def prepare(shop: Shop) -> Prepared:
        done(shop, Kind.COUNT, items=[{"sku": "MUG-RED", "quantity": 10}])
        return None, shop.submit(kind, items=[{"sku": "MUG-RED", "quantity": 3}])

    return prepare


def given_way(shop: Shop) -> Prepared:
    """A count that makes a command of its own: what an order holds is waited for again."""
    done(shop, Kind.COUNT, items=[{"sku": "LOST", "quantity": 0}], shortage="release")
    done(shop, Kind.RECEIVE, items=[{"sku": "LOST", "quantity": 2}])
    done(shop, Kind.RESERVE, shop.order(("LOST", 2), fulfilment="shipment"))
    return None, shop.submit(Kind.COUNT, items=[{"sku": "LOST", "quantity": 1}], shortage="release")


def of_hold(kind: Kind) -> Callable[[Shop], Prepared]:
    return lambda shop: (None, shop.submit(kind, reference=held(shop), items=GOODS))


RETURNED = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
MOVED = [{**GOODS[0], "from_location": "stockroom", "to_location": "shop"}]

COMMANDS: dict[Kind, Callable[[Shop], Prepared]] = {
    Kind.PAY: of(lambda shop: draft(shop, fulfilment="immediate"), Kind.PAY, tenders=CARD),
    Kind.RESERVE: of(draft, Kind.RESERVE),
    Kind.RELEASE: of(reserved, Kind.RELEASE),
    Kind.EXTEND: of(reserved, Kind.EXTEND, expires_in_s=900),
    Kind.FULFILL: of(paid, Kind.FULFILL),
    Kind.DELIVER: of(shipped, Kind.DELIVER),
    Kind.CANCEL: of(lambda shop: paid(shop, fulfilment="immediate"), Kind.CANCEL),
    Kind.RETURN: of(shipped, Kind.RETURN, lines=RETURNED),
    Kind.ALLOCATE: of(backordered, Kind.ALLOCATE),
    Kind.RECEIVE: of_stock(Kind.RECEIVE, items=GOODS),
    Kind.ADJUST: of_stock(Kind.ADJUST, items=GOODS, reason="found"),
    Kind.COUNT: given_way,
    Kind.WRITE_OFF: of_stock(Kind.WRITE_OFF, items=GOODS),
    Kind.TRANSFER: of_stock(Kind.TRANSFER, items=MOVED),
    Kind.IMPORT: of_count(Kind.IMPORT),
    Kind.HOLD: lambda shop: (None, shop.submit(Kind.HOLD, reference=str(uuid7()), items=GOODS)),
    Kind.RELEASE_HOLD: of_hold(Kind.RELEASE_HOLD),
    Kind.COMMIT_HOLD: of_hold(Kind.COMMIT_HOLD),
}

EFFECTS = """
    SELECT
        (SELECT array_agg((kind, quantity_change, reserved_change)::text ORDER BY id)
         FROM inventory_stockmovement WHERE command_id = %(command)s),
        (SELECT array_agg((from_status, to_status)::text ORDER BY id)
         FROM orders_statuschange WHERE command_id = %(command)s),
        (SELECT array_agg((kind, amount_minor)::text ORDER BY id) FROM orders_payment WHERE order_id = %(order)s),
        (SELECT array_agg(kind ORDER BY id) FROM orders_journalentry WHERE order_id = %(order)s),
        (SELECT count(*) FROM orders_invoicenumber WHERE order_id = %(order)s),
        (SELECT count(*) FROM orders_creditnote AS note JOIN orders_invoicenumber AS number
            ON credit_note_id = note.command_id WHERE note.order_id = %(order)s AND note.command_id = %(command)s),
        (SELECT outcome_code FROM orders_command WHERE id = %(command)s)
"""


def effects(prepared: Prepared) -> tuple[Any, ...]:
    order_id, command_id = prepared
    row = cursor().execute(EFFECTS, {"order": order_id, "command": command_id}).fetchone()
    assert row
    return row


def test_every_command_is_here() -> None:
    assert set(COMMANDS) == set(Kind) - {Kind.BACKORDER} - DRAWER_KINDS  # those: test_drawer_crash_points.py


def test_a_command_whose_worker_dies_at_any_step_takes_effect_once(mortals: Mortals) -> None:
    shop = open_shop(shelf=SHELF, stockroom={"TEA-80": 1_000})
    for kind, prepare in COMMANDS.items():
        undisturbed = prepare(shop)
        run([undisturbed[0] or shop.store_id])
        expected = effects(undisturbed)
        assert expected[-1] == "applied", kind
        for step in STEPS:
            where = f"{kind} {step}"
            order_id, command_id = prepare(shop)
            subject = order_id or shop.store_id
            (mortals.plan / step).touch()
            assert mortals.settle(subject) == signal.SIGKILL, where
            assert not (mortals.plan / step).exists(), where
            assert (state(command_id) == "applied") is (step in SETTLED_ALREADY), where
            run([subject])
            assert effects((order_id, command_id)) == expected, where
    assert not Command.objects.filter(state="pending").exists()
    assert audit() == []

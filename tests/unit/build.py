"""Believable orders, lines, commands and worlds. A new field of the core gets its usual value here, once."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

from inventory.core.levels import Level, Location
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.commands.core.order import Command, Hold, Line, Order, Payment
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.results import Lacking
from orders.commands.core.roles import Role
from orders.commands.core.rule import Applied, World
from orders.commands.core.tenders import Method
from orders.journal.core import decide as core
from orders.journal.core import fold as core_fold
from orders.journal.core.batch import Batch, Decided
from orders.journal.db.payloads import payload_of
from orders.journal.db.told import details_of, result_of

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
STORE_ID = 7
TILL, TILL_ID = "till-1", 31
SHOP = Location(id=1, code="shop", priority=1)
DEPOT = Location(id=2, code="depot", priority=2)
LOCATIONS = {location.code: location for location in (SHOP, DEPOT)}
PRODUCTS = {"TEA": (11, True), "CUP": (12, True), "GIFT-CARD": (13, False), "POSTAGE": (14, False)}
PRICES = {"TEA": 450, "CUP": 1200, "GIFT-CARD": 2500, "POSTAGE": 395}

_ids = count(1)


def new_id() -> UUID:
    return UUID(int=next(_ids))


def product(sku: str) -> int:
    return PRODUCTS[sku][0]


def key(sku: str, location: Location = SHOP) -> tuple[int, int]:
    return (product(sku), location.id)


def level(sku: str, on_hand: int, reserved: int = 0, location: Location = SHOP) -> Level:
    return Level(key(sku, location), on_hand, reserved)


def line(sku: str, quantity: int, price: int | None = None, **fields: Any) -> Line:
    each = PRICES[sku] if price is None else price
    usual: dict[str, Any] = {"id": new_id(), "shipped": 0, "returned": 0, "total_minor": quantity * each}
    return Line(
        product_id=product(sku),
        sku=sku,
        tracks_stock=PRODUCTS[sku][1],
        quantity=quantity,
        **usual | fields,
    )


def hold(line: Line, quantity: int, location: Location = SHOP, **fields: Any) -> Hold:
    usual: dict[str, Any] = {"id": new_id(), "expires_at": None}
    return Hold(key=(line.product_id, location.id), line_id=line.id, quantity=quantity, **usual | fields)


def order(*lines: Line, money: Mapping[Method, int] | None = None, **fields: Any) -> Order:
    """A draft for immediate sale; one that has `money` is paid, with what is left of it and what was refunded since.

    `online`: what each authorization has of it.
    """
    authorized = fields.pop("online", ())
    payments = [
        Payment(id=new_id(), method=method, taken_minor=amount)
        for method, amount in (money or {}).items()
        if not (authorized and method is Method.ONLINE)
    ]
    payments[:0] = [
        Payment(id=new_id(), method=Method.ONLINE, taken_minor=amount, authorization_id=id_)
        for id_, amount in authorized
    ]
    total = sum(line.total_minor for line in lines)
    refunded = fields.get("refunded_minor", 0)
    usual: dict[str, Any] = {
        "id": new_id(),
        "store_id": STORE_ID,
        "terminal_id": TILL_ID,
        "status": Status.DRAFT,
        "payment_status": PaymentStatus.UNPAID if money is None else PaymentStatus.PAID,
        "fulfilment": Fulfilment.IMMEDIATE,
        "payment_terms": PaymentTerms.PREPAID,
        "currency": "GBP",
        "total_minor": total,
        "paid_minor": refunded + sum((money or {}).values()),
        "refunded_minor": refunded,
        "invoice_pending": False,
        "hold_expired_at": None,
        "paid_at": None if money is None else NOW,
        "holds": (),
        "payments": tuple(payments),
    }
    return Order(lines=lines, **usual | fields)


def money_of(order: Order) -> tuple[tuple[Method, int], ...]:
    """What each method has taken and not given back, in the order in which it was tendered."""
    sums: dict[Method, int] = {}
    for payment in order.payments:
        sums[payment.method] = sums.get(payment.method, 0) + payment.kept_minor
    if order.cash_instead_minor:
        sums[Method.CASH] = sums.get(Method.CASH, 0) - order.cash_instead_minor
    return tuple(sums.items())


def online_of(order: Order) -> tuple[tuple[UUID, int], ...]:
    """The same of each authorization."""
    return tuple((one.authorization_id, one.kept_minor) for one in order.payments if one.authorization_id)


def facts_of(applied: Applied) -> list[tuple[str, str, int, str]]:
    """Of the money that moved: kind, method, amount and reference."""
    return [(one.kind, one.method, one.amount_minor, one.reference) for one in applied.money_moved]


def shipment(*lines: Line, **fields: Any) -> Order:
    return order(*lines, fulfilment=Fulfilment.SHIPMENT, **fields)


def command(kind: Kind, of: Order | None = None, /, **payload: Any) -> Command:
    return Command(
        id=new_id(),
        kind=kind,
        store_id=STORE_ID,
        order_id=of.id if of else None,
        issued_by=TILL,
        terminal_id=TILL_ID,
        role=Role.SUPERVISOR,
        payload=payload_of(kind, payload),
    )


def cash(amount_minor: int, **fields: Any) -> dict[str, Any]:
    return {"method": "cash", "amount_minor": amount_minor, **fields}


def card(amount_minor: int, **fields: Any) -> dict[str, Any]:
    return {"method": "card", "amount_minor": amount_minor, **fields}


def online(amount_minor: int, **fields: Any) -> dict[str, Any]:
    return {"method": "online", "amount_minor": amount_minor, "provider": "bank", "token": "tok-visa", **fields}


def world(*levels: Level, **fields: Any) -> World:
    """A store with a shop that is picked from first, and a depot."""
    stock: dict[int, tuple[Level, ...]] = {}
    for one in levels:
        stock[one.key[0]] = (*stock.get(one.key[0], ()), one)
    usual: dict[str, Any] = {"now": NOW, "new_id": new_id, "locations": (SHOP, DEPOT), "products": PRODUCTS}
    return World(stock=stock, **usual | fields)


def decide(order: Order | None, command: Command, world: World) -> Applied | Rejection:
    """The core's answer; whatever it is, what was given is left as it was."""
    given = (order, command, dict(world.stock))
    before = deepcopy(given)
    outcome = core.decide(order, command, world)
    assert given == before
    return outcome


def apply(order: Order, kind: Kind, world: World, /, **payload: Any) -> tuple[Applied, Order]:
    """What a command of this kind changes, and the order after it."""
    change = applied(decide(order, command(kind, order, **payload), world))
    assert change.order
    return change, change.order


def refuse(order: Order, kind: Kind, world: World, /, **payload: Any) -> Rejection:
    return rejected(decide(order, command(kind, order, **payload), world))


def applied(outcome: Applied | Rejection) -> Applied:
    assert isinstance(outcome, Applied), outcome
    return outcome


def rejected(outcome: Applied | Rejection) -> Rejection:
    assert isinstance(outcome, Rejection), outcome
    return outcome


Shortage = tuple[str, int, int, int]
"""SKU, requested, available, on hand"""


def shortages(refused: Rejection) -> list[Shortage]:
    """What stock lacks, whatever else explains it."""
    lines = [line for line in refused.lines if isinstance(line, Lacking)]
    return [(line.sku, line.requested, line.available, line.on_hand) for line in lines]


def details(refused: Rejection) -> list[dict[str, Any]]:
    """As the command's sender is told them."""
    return details_of(refused.lines)


def result(change: Applied) -> dict[str, Any]:
    """What the command's sender is told, but for the order's state and number."""
    return result_of(replace(change, order=None, takes_number=False), number=None, is_pending=False)


def told(change: Applied, *names: str) -> tuple[Any, ...]:
    """What the command's sender is told under these names."""
    return tuple(result(change)[name] for name in names)


def code_of(outcome: Applied | Rejection) -> Code:
    return outcome.code if isinstance(outcome, Rejection) else Code.APPLIED


def batch(orders: list[Order], levels: list[Level], *commands: Command) -> Batch:
    by_product: dict[int, list[Level]] = {}
    for one in levels:
        by_product.setdefault(one.key[0], []).append(one)
    return Batch(
        commands=commands,
        orders={order.id: order for order in orders},
        levels=by_product,
        locations={STORE_ID: [SHOP, DEPOT]},
        products={STORE_ID: PRODUCTS},
    )


def fold(batch: Batch, numbers: int | None = None) -> list[Decided]:
    """The decisions; what the batch was loaded with is left as it was."""
    before = deepcopy(batch)
    numbers_max = None if numbers is None else {STORE_ID: numbers}
    folded = core_fold.fold(batch, now=NOW, new_id=new_id, numbers_max=numbers_max)
    assert batch == before
    assert not folded.awaiting
    return folded.decided


def codes(decided: list[Decided]) -> list[Code]:
    return [code_of(one.outcome) for one in decided]

"""Any sequence of commands on a few orders keeps the laws, and a batch decides as its commands would one by one."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.levels import Level, Location
from orders.commands.core.authorization import Authorization, AuthorizationState
from orders.commands.core.holds import expiry_payload
from orders.commands.core.machine import Kind, PaymentStatus, Status
from orders.commands.core.order import Command, Line, Order
from orders.commands.core.roles import Role
from orders.journal.db.payloads import payload_of
from tests.properties import draws
from tests.properties.laws import broken
from tests.properties.model import Model

STORE_ID = 7
PRODUCTS = {"TEA": (11, True), "CUP": (12, True), "SAUCER": (13, True), "POSTAGE": (14, False)}
LOCATIONS = [Location(id=1, code="shop", priority=0), Location(id=2, code="stockroom", priority=1)]
# Of saucers there is no level.
OPENING = {(11, 1): 6, (11, 2): 4, (12, 2): 3}
OPENED_AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def new_model(orders: list[Order], *, numbers: int, insists: bool) -> Model:
    return Model(
        store_id=STORE_ID,
        locations=LOCATIONS,
        products=PRODUCTS,
        levels={key: Level(key, on_hand, 0) for key, on_hand in OPENING.items()},
        numbers=[f"INV-{n}" for n in range(numbers)],
        insists=insists,
        orders={order.id: order for order in orders},
    )


@st.composite
def drafts(draw: st.DrawFn, number: int) -> Order:
    lines = tuple(
        Line(
            id=UUID(int=1000 * number + position),
            product_id=PRODUCTS[sku][0],
            sku=sku,
            tracks_stock=PRODUCTS[sku][1],
            quantity=quantity,
            total_minor=quantity * price,
            shipped=0,
            returned=0,
        )
        for position, (sku, quantity, price) in enumerate(draw(draws.wanted_lines))
    )
    return Order(
        id=UUID(int=number),
        store_id=STORE_ID,
        terminal_id=31,
        status=Status.DRAFT,
        payment_status=PaymentStatus.UNPAID,
        fulfilment=draw(draws.fulfilments),
        payment_terms=draw(draws.terms),
        currency="GBP",
        total_minor=sum(line.total_minor for line in lines),
        paid_minor=0,
        refunded_minor=0,
        invoice_pending=False,
        hold_expired_at=None,
        paid_at=None,
        lines=lines,
        holds=(),
    )


@st.composite
def commands(draw: st.DrawFn, number: int, model: Model, *, asks: bool) -> Command:
    """On an order as it is now, or on stock. `asks`: a provider may have been asked."""
    order = draw(draws.orders_to_go_on_with(model.orders.values()))
    kind = draw(draws.order_kinds(order) if order else draws.stock_kinds)
    payload: Any = draw(draws.order_payloads(kind, order) if order else draws.stock_payloads(kind))
    if kind is Kind.PAY and asks:
        model.authorizations[UUID(int=10**6 + number)] = draw(answers(number, payload["tenders"]))
    # A task releases what has lapsed, and a terminal's reason reads as if it were one.
    is_expiry = kind in (Kind.RELEASE, Kind.RELEASE_HOLD) and draw(st.booleans())
    if payload.get("reason") and order and draw(st.booleans()):
        payload |= {"reason": "hold_expired"}
    return Command(
        id=UUID(int=10**6 + number),
        kind=kind,
        store_id=STORE_ID,
        order_id=order.id if order else None,
        issued_by="till-1",
        terminal_id=None if is_expiry else 31,
        role=None if is_expiry else Role.SUPERVISOR,
        payload=expiry_payload(payload.get("reference")) if is_expiry else payload_of(kind, payload),
    )


@st.composite
def answers(draw: st.DrawFn, number: int, tenders: list[dict[str, Any]]) -> list[Authorization]:
    """Some of what was paid by card is paid online, and mostly authorized."""
    given = []
    for position, tender in enumerate(tenders):
        if tender["method"] == "card" and tender["amount_minor"] and draw(st.booleans()):
            tender |= {"method": "online", "provider": "bank", "token": "tok-visa"}
            state = draw(st.sampled_from([AuthorizationState.AUTHORIZED] * 4 + [AuthorizationState.DECLINED]))
            id_ = UUID(int=10**9 + 100 * number + position)
            amount = tender["amount_minor"]
            given.append(Authorization(id=id_, position=position, state=state, amount_minor=amount, detail="no funds"))
    return given


@given(data=st.data(), numbers=st.integers(0, 4), insists=st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_the_laws_hold_and_a_batch_decides_as_one_by_one(data: st.DataObject, numbers: int, insists: bool) -> None:
    opened = [data.draw(drafts(number)) for number in (1, 2)]
    single = new_model(opened, numbers=numbers, insists=insists)
    batched = new_model(opened, numbers=numbers, insists=insists)
    batched.authorizations = single.authorizations
    now, number = OPENED_AT, 0
    for size in data.draw(st.lists(st.integers(1, 6), min_size=1, max_size=6), label="batches"):
        now += timedelta(seconds=data.draw(st.sampled_from([0, 20, 60]), label="seconds pass"))
        batch: list[Command] = []
        for _ in range(size):
            number += 1
            # What comes before such a pay must know of it: it keeps what is held for it.
            batch.append(data.draw(commands(number, single, asks=not batch)))
            single.settle(batch[-1:], now=now)
            assert broken(single, OPENING) == []
        batched.settle(batch, now=now)
        assert batched == single

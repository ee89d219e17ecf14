"""What an order is said to take now is what its rules take, and the other way round: any order, whatever became of it.

Asked for well, with goods enough, a command is refused for its order's state or its sender's role alone.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.levels import Level
from orders.commands.core.holds import as_found
from orders.commands.core.machine import Kind
from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.refusals import OF_GOODS, OF_STATE, refuse_by_goods, refuse_by_state
from orders.commands.core.roles import Role, action_of, may
from orders.commands.core.rule import Applied, World
from orders.journal.core.decide import decide
from orders.journal.db.payloads import payload_of
from orders.sales.core.actions import TERMINAL_KINDS, available_actions
from tests.properties.found import found_orders
from tests.properties.model import counting
from tests.properties.test_core import LOCATIONS, OPENED_AT, PRODUCTS, STORE_ID, commands, drafts, new_model

PLENTY = 10_000
LATER_S = 10**6
TERMINAL_IDS = (31, 32)
"""The first one's are the orders."""


def world(order: Order, now: datetime) -> World:
    """All that the order holds is there, and much more of everything."""
    held = Counter({hold.key: 0 for hold in order.holds})
    for hold in order.holds:
        held[hold.key] += hold.quantity
    stock = {
        product_id: tuple(
            Level(key, held[key] + PLENTY, held[key]) for key in ((product_id, location.id) for location in LOCATIONS)
        )
        for product_id, _ in PRODUCTS.values()
    }
    return World(now=now, new_id=counting(), stock=stock, locations=LOCATIONS, products=PRODUCTS)


def well_asked(order: Order, kind: Kind) -> dict[str, Any]:
    match kind:
        case Kind.PAY:
            return {"tenders": [{"method": "cash", "amount_minor": order.due_minor, "reference": None}]}
        case Kind.EXTEND:
            return {"expires_in_s": LATER_S}
        case Kind.RETURN:
            line = next((line for line in order.lines if line.returnable), order.lines[0] if order.lines else None)
            row = {"line_id": line and str(line.id), "sku": None if line else "TEA", "condition": "sellable"}
            return {"lines": [{**row, "quantity": 1}]}
        case _:
            return {}


def asked(order: Order, kind: Kind, role: Role, terminal_id: int) -> Command:
    return Command(
        id=UUID(int=10**8),
        kind=kind,
        store_id=STORE_ID,
        order_id=order.id,
        issued_by="till",
        terminal_id=terminal_id,
        role=role,
        payload=payload_of(kind, well_asked(order, kind)),
    )


def agrees(order: Order, now: datetime, role: Role, terminal_id: int) -> None:
    own = terminal_id == order.terminal_id
    told = {one.kind: one for one in available_actions(order, role=role, own=own)}
    assert set(told) == TERMINAL_KINDS
    for kind, one in told.items():
        if kind is not Kind.CANCEL and not may(role, action_of(kind)):
            assert not one.allowed
            continue
        outcome = decide(order, asked(order, kind, role, terminal_id), world(order, now))
        assert isinstance(outcome, Applied) is one.allowed, (order, kind, outcome, one)
        if isinstance(outcome, Rejection) and (of_state := refuse_by_state(order, kind)):
            assert (outcome.code, outcome.detail) == (of_state.code, of_state.detail)
            assert one.reason == outcome.detail
        elif isinstance(outcome, Rejection) and (of_goods := refuse_by_goods(order, kind)):
            assert outcome.code == of_goods.code
            assert one.reason == of_goods.detail


@given(data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_what_is_said_to_be_allowed_is_what_the_rules_allow(data: st.DataObject) -> None:
    model = new_model([data.draw(drafts(number)) for number in (1, 2)], numbers=9, insists=False)
    now = OPENED_AT
    for number in range(data.draw(st.integers(1, 12), label="commands")):
        now += timedelta(seconds=data.draw(st.sampled_from([0, 20, 60]), label="seconds pass"))
        model.settle([data.draw(commands(number, model, asks=False))], now=now)
        for order, role, terminal_id in product(model.orders.values(), Role, TERMINAL_IDS):
            agrees(as_found(order, now=now), now, role, terminal_id)


@given(order=found_orders(), role=st.sampled_from(Role), terminal_id=st.sampled_from(TERMINAL_IDS))
@settings(max_examples=600, deadline=None, derandomize=True, database=None)
def test_in_whatever_state_an_order_is_found(order: Order, role: Role, terminal_id: int) -> None:
    agrees(order, OPENED_AT, role, terminal_id)


def test_the_table_is_in_order_of_precedence_and_has_a_row_for_each_kind() -> None:
    for bars in (OF_STATE, OF_GOODS):
        codes = [bar.code for bar in bars]
        assert codes == sorted(codes, key=list(type(codes[0])).index)
    assert {kind for bar in OF_STATE for kind in bar.kinds} >= TERMINAL_KINDS

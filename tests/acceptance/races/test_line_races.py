"""New lines beside payments and bulk requests of the same order."""

from functools import partial
from typing import Any
from uuid import uuid4

from orders.commands.core.roles import Role
from orders.models import OrderLine, Payment
from tests.support.network.at_once import at_once
from tests.support.processes.served import Served
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

ROUNDS = 25
FEW, MANY = 1, 3


def lines(quantity: int) -> dict[str, Any]:
    return {"lines": [{"sku": "POSTAGE", "quantity": quantity}]}


def pay(quantity: int) -> dict[str, Any]:
    return {"tenders": [{"method": "card", "amount_minor": quantity * PRICE_MINOR}]}


def new_order() -> dict[str, Any]:
    return {"id": str(uuid4()), "currency": "GBP", "fulfilment": "immediate", **lines(FEW)}


def of_lines(order_id: str) -> int:
    return OrderLine.objects.get(order_id=order_id).quantity


def paid(order_id: str) -> int:
    return sum(Payment.objects.filter(order_id=order_id).values_list("amount_minor", flat=True))


def settled(served: Served, till: Till, command_id: str) -> dict[str, Any]:
    return dict(served.settled(lambda: till.get(f"/commands/{command_id}", Prefer="wait=10")).body["outcome"])


def test_a_pay_takes_what_was_there_when_it_was_accepted(served: Served, chain: Chain) -> None:
    """The till pays for the lines that it knows. Either its pay came first, and the new lines are refused; or the lines
    came first, and the pay does not match them any more. Never is something paid for that is not there."""
    till = chain.tills[Role.POS]
    came: set[tuple[str, int]] = set()
    for number in range(ROUNDS):
        order = new_order()
        till.post("/orders", order)
        change = partial(till.put, f"/orders/{order['id']}/lines", lines(MANY))
        take = partial(till.post, f"/orders/{order['id']}/pay", pay(FEW), key=str(uuid4()))
        both: list[Answer] = at_once(*((change, take) if number % 2 else (take, change)))
        changed, accepted = both if number % 2 else both[::-1]
        assert accepted.status == 202
        outcome = settled(served, till, accepted.body["id"])
        if changed.status == 200:
            assert outcome["code"] == "payment_does_not_match_total"
            assert paid(order["id"]) == 0
        else:
            assert changed.status == 409
            assert changed.code in ("command_pending", "order_not_draft")
            assert outcome["code"] == "applied"
            assert paid(order["id"]) == FEW * PRICE_MINOR
        assert of_lines(order["id"]) == (MANY if changed.status == 200 else FEW)
        came.add((outcome["code"], changed.status))
    assert len(came) > 1, "they did not race"


def test_new_lines_beside_bulk_requests_of_the_same_orders(served: Served, chain: Chain) -> None:
    till, other = chain.tills[Role.POS], chain.tills[Role.SUPERVISOR]
    for _ in range(ROUNDS // 3):
        orders = [new_order() for _ in range(20)]
        items = [{"key": str(uuid4()), "kind": "pay", "order": order, "body": pay(FEW)} for order in orders]

        def change(orders: list[dict[str, Any]]) -> list[Answer]:
            return [till.put(f"/orders/{order['id']}/lines", lines(MANY)) for order in orders]

        bulk, back, changes = at_once(
            partial(send, till, items), partial(send, other, items[::-1]), partial(change, orders)
        )
        assert [answer.status for answer in (*bulk, *back)] == [202, 202]
        assert {answer.status for answer in changes} <= {200, 404, 409}
        for item, order in zip(bulk[0].body["items"], orders, strict=True):
            settled(served, till, item["command_id"])
            assert paid(order["id"]) in (0, of_lines(order["id"]) * PRICE_MINOR)


def send(till: Till, items: list[dict[str, Any]]) -> list[Answer]:
    return [till.post("/commands", items)]

"""Bulk requests beside each other, beside single calls, in every order."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.models import Command, Order
from tests.support.network.at_once import at_once
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

ROUNDS = 8
ITEMS = 50
CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def new_order(**more: Any) -> dict[str, Any]:
    lines = [{"sku": "POSTAGE", "quantity": 1}]
    return {"currency": "GBP", "fulfilment": "immediate", "lines": lines, **more}


def pay(order: dict[str, Any]) -> dict[str, Any]:
    return {"key": str(uuid4()), "kind": "pay", "order": order, "body": CARD}


def by_key(sent: list[dict[str, Any]], answer: Answer) -> dict[str, tuple[str, str]]:
    """Key -> (command id, order id) of each item, in whatever order they were sent."""
    assert answer.status in (200, 202), answer
    items = answer.body["items"]
    assert {item["status"] for item in items} <= {"accepted", "replayed"}, items
    return {item["key"]: (told["command_id"], told["order_id"]) for item, told in zip(sent, items, strict=True)}


@pytest.mark.parametrize("named", [True, False], ids=["orders with ids", "orders without ids"])
def test_the_same_items_in_opposite_orders(chain: Chain, named: bool) -> None:
    """Nobody is told to come back, both are told the same, and no order is left without its command."""
    till = chain.tills[Role.POS]
    for _ in range(ROUNDS):
        items = [pay(new_order(id=str(uuid4())) if named else new_order()) for _ in range(ITEMS)]
        back = items[::-1]
        one, other = at_once(*(partial(till.post, "/commands", sent) for sent in (items, back)))
        assert by_key(items, one) == by_key(back, other)
    store = chain.shop.store_id
    assert Command.objects.filter(store_id=store).count() == ITEMS * ROUNDS
    assert Order.objects.filter(store_id=store).count() == ITEMS * ROUNDS


def test_the_same_keys_for_stock_in_opposite_orders(chain: Chain) -> None:
    till = chain.tills[Role.BACKOFFICE]
    body = {"items": [{"sku": "TEA-80", "quantity": 1}]}
    for _ in range(ROUNDS):
        items = [{"key": str(uuid4()), "kind": "receive", "body": body} for _ in range(ITEMS)]
        back = items[::-1]
        one, other = at_once(*(partial(till.post, "/commands", sent) for sent in (items, back)))
        assert by_key(items, one) == by_key(back, other)


def test_the_same_orders_of_several_tills_in_opposite_orders(chain: Chain) -> None:
    """Each has keys of its own; the orders are the same ones."""
    tills = [chain.tills[role] for role in (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE)]
    for _ in range(ROUNDS):
        orders = [new_order(id=str(uuid4())) for _ in range(ITEMS)]
        sent = [[pay(order) for order in orders], [pay(order) for order in orders[::-1]], [pay(one) for one in orders]]
        answers = at_once(*(partial(till.post, "/commands", items) for till, items in zip(tills, sent, strict=True)))
        assert [answer.status for answer in answers] == [202] * 3
        assert Order.objects.filter(id__in=[order["id"] for order in orders]).count() == ITEMS
        assert Command.objects.filter(order_id__in=[order["id"] for order in orders]).count() == 3 * ITEMS


def test_items_keep_their_order_in_the_journal(chain: Chain) -> None:
    """Keys are taken in an order of their own; the journal has them as they were sent."""
    keys = [f"{uuid4()}" for _ in range(50)]
    order_id = str(uuid4())
    items = [{"key": key, "kind": "reserve", "order": new_order(id=order_id)} for key in keys]
    assert chain.tills[Role.POS].post("/commands", items).status == 202
    stored = Command.objects.filter(order_id=order_id).order_by("seq").values_list("key", flat=True)
    assert list(stored) == keys


def one_by_one(till: Till, items: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """As `by_key`, by single calls."""
    made = {}
    for item in items:
        order = till.post("/orders", item["order"])
        paid = till.post(f"/orders/{item['order']['id']}/pay", item["body"], key=item["key"])
        assert order.status in (200, 201)
        assert paid.status == 202
        made[item["key"]] = (paid.body["id"], order.body["id"])
    return made


def together(till: Till, items: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return by_key(items, till.post("/commands", items))


def test_a_bulk_request_beside_its_own_single_calls(chain: Chain) -> None:
    """The same keys and orders, one by one and together: each is one command, whoever came first."""
    till = chain.tills[Role.POS]
    for _ in range(ROUNDS):
        items = [pay(new_order(id=str(uuid4()))) for _ in range(12)]
        calls = [(one_by_one, items), (one_by_one, items[::-1]), (together, items)]
        forwards, backwards, bulk = at_once(*(partial(call, till, sent) for call, sent in calls))
        assert forwards == backwards == bulk


def test_orders_with_one_id_at_once(chain: Chain) -> None:
    tills = [chain.tills[role] for role in (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE)]
    for _ in range(ROUNDS):
        order = new_order(id=str(uuid4()))
        answers = at_once(*(partial(till.post, "/orders", order) for till in tills * 2))
        assert sorted(answer.status for answer in answers) == [200] * 5 + [201]
        assert len({answer.body["number"] for answer in answers}) == 1


def test_who_lost_a_key_waits_for_the_command_that_won_it(chain: Chain) -> None:
    """All of them are told what became of it, though but one of them sent it."""
    till = chain.tills[Role.POS]
    for _ in range(ROUNDS):
        items = [pay(new_order()) for _ in range(3)]
        answers = at_once(*[partial(till.post, "/commands", items, wait=10)] * 4)
        for answer in answers:
            assert answer.status == 200
            assert {item["command"]["state"] for item in answer.body["items"]} == {"succeeded"}
            assert by_key(items, answer) == by_key(items, answers[0])


def orphans(store_id: int) -> list[UUID]:
    """Orders that no command was ever sent for."""
    sql = """
        SELECT id FROM orders_order AS "order" WHERE store_id = %s
            AND NOT EXISTS (SELECT FROM orders_command WHERE order_id = "order".id)
    """
    return [id_ for (id_,) in cursor().execute(sql, (store_id,)).fetchall()]


@pytest.mark.parametrize("named", [True, False], ids=["orders with ids", "orders without ids"])
def test_an_order_goes_with_its_command(chain: Chain, named: bool) -> None:
    """Requests that want the same key for sales of their own: one of them is made, the others leave nothing."""
    till = chain.tills[Role.POS]

    def mine(keys: list[str], reference: str) -> list[dict[str, Any]]:
        more = {"reference": reference} if named else {}
        return [{**pay(new_order(**more, **({"id": str(uuid4())} if named else {}))), "key": key} for key in keys]

    for number in range(ROUNDS):
        keys = [str(uuid4()) for _ in range(20)]
        sent = [mine(keys, f"{number}/{hand}") for hand in range(3)]
        answers = at_once(*(partial(till.post, "/commands", items) for items in sent))
        assert [answer.status for answer in answers] == [202] * 3
        assert {item["status"] for answer in answers for item in answer.body["items"]} <= (
            {"accepted", "refused"} if named else {"accepted", "replayed"}
        )
        for one in zip(*(answer.body["items"] for answer in answers), strict=True):
            assert [item["status"] for item in one].count("accepted") == 1
    assert Command.objects.filter(store_id=chain.shop.store_id).count() == 20 * ROUNDS
    assert orphans(chain.shop.store_id) == []

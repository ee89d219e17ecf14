"""How much a till may give away, and what is too much to be given away at all, by every call that makes or changes an
order."""

from typing import Any

import pytest

from orders.models import Order
from tests.support.shop.baskets import line, list_goods, made, order
from tests.support.shop.till import Till

STAMPS = 300
"""What four of them come to in the catalogue."""


def stamps(**more: Any) -> dict[str, Any]:
    return line("STAMP", 4, **more)


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


@pytest.fixture
def limited(backoffice: Till) -> None:
    backoffice.put("/store", {"pos_discount_limit_percent": "10"})


def problems(till: Till, body: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """What each call says of the order: made, rehearsed, or brought by a command."""
    told = []
    for path in ("/orders", "/orders?dry_run=true"):
        answer = till.post(path, body)
        told.append((answer.status, answer.code, pointers(answer.body, "#")))
    for path in ("/commands", "/commands?dry_run=true"):
        (item,) = till.post(path, [{"key": "k", "kind": "reserve", "order": body}]).body["items"]
        problem = item["problem"]
        told.append((problem["status"], problem["code"], pointers(problem, "#/0/order")))
    assert not Order.objects.exists()
    return told


def pointers(problem: dict[str, Any], start: str) -> list[str]:
    return [error["pointer"].removeprefix(start) for error in problem.get("errors") or []]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(order(stamps(discount_minor=31)), id="a discount"),
        pytest.param(order(stamps(discount_percent="10.5")), id="a percentage"),
        pytest.param(order(stamps(unit_price_minor=67)), id="a lower price"),
        pytest.param(order(stamps(), discount_minor=31), id="the order's discount"),
        pytest.param(order(stamps(discount_minor=11), discount_percent="7"), id="both together"),
        pytest.param(order(stamps(unit_price_minor=0), line("TEA", unit_price_minor=5499)), id="beside what is dearer"),
    ],
)
@pytest.mark.usefixtures("limited")
def test_more_than_that_of_the_catalogues_value_needs_another_role(
    pos: Till, supervisor: Till, body: dict[str, Any]
) -> None:
    assert problems(pos, body) == [(403, "role_not_allowed", [])] * 4
    draft = made(pos, order(stamps()))
    changed = {name: body[name] for name in body if "discount" in name} | {"lines": body["lines"]}
    refused = pos.put(f"/orders/{draft['id']}/lines", changed)
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    assert pos.get(f"/orders/{draft['id']}").body == draft
    assert supervisor.put(f"/orders/{draft['id']}/lines", changed).status == 200
    assert supervisor.post("/orders", body).status == 201


@pytest.mark.usefixtures("limited")
def test_just_that_much_a_till_may_give_away(pos: Till) -> None:
    for body in (order(stamps(discount_minor=30)), order(stamps(), discount_percent="10")):
        assert made(pos, body)["total_minor"] == STAMPS - 30
    assert made(pos, order(stamps(unit_price_minor=80)))["total_minor"] == 320


def test_where_the_limit_is_nothing_a_till_sells_at_the_catalogues_price_or_dearer(pos: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"pos_discount_limit_percent": "0"})
    assert problems(pos, order(stamps(discount_minor=1))) == [(403, "role_not_allowed", [])] * 4
    assert made(pos, order(stamps(unit_price_minor=76)))["total_minor"] == 304
    backoffice.put("/store", {"pos_discount_limit_percent": None})
    assert made(pos, order(stamps(discount_percent="100")))["total_minor"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (order(line("TEA"), stamps(discount_minor=301)), "/lines/1/discount_minor"),
        (order(stamps(discount_minor=100), discount_minor=201), "/discount_minor"),
    ],
)
def test_a_discount_is_no_more_than_what_it_is_of_however_it_is_sent(
    pos: Till, body: dict[str, Any], pointer: str
) -> None:
    assert problems(pos, body) == [(422, "discount_too_large", [pointer])] * 4
    draft = made(pos, order(line("TEA", 2)))
    changed = {name: body[name] for name in body if "discount" in name} | {"lines": body["lines"]}
    refused = pos.put(f"/orders/{draft['id']}/lines", changed)
    assert (refused.status, refused.code, refused.pointers) == (422, "discount_too_large", [f"#{pointer}"])
    assert pos.get(f"/orders/{draft['id']}").body == draft


def test_a_discount_that_new_lines_keep_is_no_more_than_they_come_to(pos: Till) -> None:
    draft = made(pos, order(line("TEA"), discount_minor=301))
    refused = pos.put(f"/orders/{draft['id']}/lines", {"lines": [stamps()]})
    assert (refused.code, refused.pointers) == ("discount_too_large", ["#/discount_minor"])
    kept = pos.put(f"/orders/{draft['id']}/lines", {"lines": [stamps()], "discount_minor": None})
    assert (kept.status, kept.body["own_discount"], kept.body["total_minor"]) == (200, None, STAMPS)


@pytest.mark.parametrize("of", ["a line", "the order"])
def test_a_percentage_is_decimal_text_up_to_a_hundred(pos: Till, of: str) -> None:
    pointer = "/lines/0/discount_percent" if of == "a line" else "/discount_percent"
    for percent in ("100.0001", "1.00001", "-1", "1e1", "", " 1", "1,5", 5, 5.5):
        given = {"discount_percent": percent}
        body = order(stamps(**given)) if of == "a line" else order(stamps(), **given)
        assert problems(pos, body) == [(422, "validation_failed", [pointer])] * 4, percent

"""Who may give away how much, what is refused, and that the amounts of an order stay what they were."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from orders.models import JournalEntry, Order
from tests.support.shop.baskets import AMOUNTS, BASKET, line, list_goods, made, of_lines, order
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (order(line("TEA", discount_minor=500)), "discount_too_large", "/lines/0/discount_minor"),
        (order(line("TEA"), line("TEA", 2, discount_minor=999)), "discount_too_large", "/lines/1/discount_minor"),
        (order(line("TEA", discount_minor=99), discount_minor=401), "discount_too_large", "/discount_minor"),
        (order(line("TEA", tax_code="luxury")), "tax_not_found", "/lines/0/tax_code"),
        (order(line("TEA", 10**9, unit_price_minor=10**12)), "amount_too_large", "/lines/0/quantity"),
        (order(*[line("TEA", unit_price_minor=2**53 - 1)] * 2), "amount_too_large", "/lines"),
        (order(line("TEA", unit_price_minor=2**53)), "validation_failed", "/lines/0/unit_price_minor"),
        (order(line("TEA", discount_percent=10)), "validation_failed", "/lines/0/discount_percent"),
        (order(line("TEA", discount_percent="100.1")), "validation_failed", "/lines/0/discount_percent"),
        (order(line("TEA", discount_minor=1, discount_percent="1")), "validation_failed", "/lines/0"),
        (order(line("TEA"), discount_minor=-1), "validation_failed", "/discount_minor"),
        (order(line("TEA"), discount_minor=1, discount_percent="1"), "validation_failed", ""),
    ],
)
def test_what_no_order_is(pos: Till, body: dict[str, Any], code: str, pointer: str) -> None:
    refused = pos.post("/orders", body)
    assert (refused.status, refused.code, refused.pointers) == (422, code, [f"#{pointer}"])
    assert not Order.objects.exists()


def test_only_a_supervisor_leaves_tax_away(pos: Till, supervisor: Till) -> None:
    refused = pos.post("/orders", order(line("TEA"), tax_exempt=True))
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    assert "supervisor" in refused.body["detail"]
    item = {"key": "k1", "kind": "pay", "order": order(line("TEA"), tax_exempt=True), "body": {"tenders": []}}
    (told,) = pos.post("/commands", [item]).body["items"]
    assert (told["status"], told["problem"]["code"]) == ("refused", "role_not_allowed")
    assert supervisor.post("/orders", order(line("TEA"), tax_exempt=True)).status == 201


def test_new_lines_of_an_order_stay_without_tax_whoever_sends_them(pos: Till, supervisor: Till) -> None:
    """A supervisor left away the tax of the order, whatever is in it: a till does not say so again."""
    draft = made(supervisor, order(line("TEA"), tax_exempt=True))
    url = f"/orders/{draft['id']}/lines"
    changed = pos.put(url, {"lines": [line("TEA", 2), line("LOAF")]})
    assert changed.status == 200
    assert pos.get(f"/orders/{draft['id']}").body == changed.body
    assert (changed.body["tax_exempt"], changed.body["tax_minor"], changed.body["exempted_minor"]) == (True, 0, 178)
    assert changed.body["total_minor"] == 2 * 499 + 250 - 178
    for asks in (pos, supervisor):
        told = asks.put(url, {"lines": [line("TEA")], "tax_exempt": False})
        assert (told.status, told.pointers) == (422, ["#/tax_exempt"])


def test_a_till_gives_away_no_more_than_its_store_lets_it(pos: Till, supervisor: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"pos_discount_limit_percent": "10"})
    too_much = order(line("TEA", 2, discount_minor=100))
    refused = pos.post("/orders", too_much)
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    for path in ("/commands", "/commands?dry_run=true"):
        item = {"key": "k1", "kind": "pay", "order": too_much, "body": {"tenders": []}}
        (told,) = pos.post(path, [item]).body["items"]
        assert (told["status"], told["problem"]["code"]) == ("refused", "role_not_allowed")
    assert supervisor.post("/orders", too_much).status == 201
    draft = made(pos, order(line("TEA", 2, discount_minor=99)))
    url = f"/orders/{draft['id']}/lines"
    assert pos.put(url, {"lines": [line("TEA", unit_price_minor=449)]}).code == "role_not_allowed"
    assert pos.get(f"/orders/{draft['id']}").body == draft
    assert supervisor.put(url, {"lines": [line("TEA", unit_price_minor=449)]}).status == 200


def test_new_lines_keep_the_discount_that_they_do_not_name(pos: Till) -> None:
    draft = made(pos, order(*BASKET, discount_percent="10"))
    url = f"/orders/{draft['id']}/lines"
    lines = [line("TEA", 2)]

    def total(**discount: Any) -> tuple[int, Any]:
        found = pos.put(url, {"lines": lines, **discount}).body
        assert pos.get(f"/orders/{draft['id']}").body == found
        return found["total_minor"], found["own_discount"]

    assert total() == (898, {"minor": None, "percent": "10"})
    assert total(discount_minor=98) == (900, {"minor": 98, "percent": None})
    assert total() == (900, {"minor": 98, "percent": None})
    assert total(discount_percent="50") == (499, {"minor": None, "percent": "50"})
    assert total(discount_percent=None) == (998, None)


def test_a_dry_run_tells_all_amounts_and_stores_nothing(pos: Till, auditor: Till) -> None:
    body = order(*BASKET, discount_percent="10", id=str(uuid4()))
    told = pos.post("/orders?dry_run=true", body)
    assert told.status == 200
    assert (told.body["id"], told.body["number"], told.body["created_at"]) == (body["id"], None, None)
    assert of_lines(told.body, "id") == [(None,)] * 3
    assert pos.post("/orders?dry_run=true", {**body, "id": None}).body == {**told.body, "id": None}
    assert not Order.objects.exists()
    stored = made(pos, body)
    changing = {"id", "number", "created_at", "lines"}
    assert {name: value for name, value in stored.items() if name not in changing} == {
        name: value for name, value in told.body.items() if name not in changing
    }
    assert of_lines(stored, *AMOUNTS) == of_lines(told.body, *AMOUNTS)
    assert pos.post("/orders?dry_run=true", body).body == stored
    assert pos.post("/orders?dry_run=true", {**body, "lines": []}).code == "id_reused"
    assert pos.post("/orders?dry_run=true", order(line("TEA", discount_minor=500))).code == "discount_too_large"
    assert auditor.post("/orders?dry_run=true", order(line("TEA"))).code == "role_not_allowed"


def test_later_changes_change_no_order(pos: Till, backoffice: Till) -> None:
    found = made(pos, order(*BASKET))
    backoffice.put("/taxes/std", {"rate": "25", "name": "Higher"})
    backoffice.put("/store", {"prices_include_tax": False})
    backoffice.put("/products/TEA", {"price_minor": 1, "tax_code": "red"})
    assert pos.get(f"/orders/{found['id']}").body == found


def test_the_rate_is_that_of_the_day_of_the_sale(pos: Till, backoffice: Till) -> None:
    backoffice.put("/taxes/std", {"rate": "10", "valid_from": "2000-01-01"})
    days = backoffice.put("/taxes/std", {"rate": "25"}).body["rates"]
    assert [one["rate"] for one in days] == ["10", "25"]
    assert made(pos, order(line("TEA")))["taxes"][0]["rate"] == "25"
    today = days[1]["valid_from"]
    year, rest = int(today[:4]) - (today[5:] < "02"), today[5:]
    offline = made(pos, order(line("TEA"), sold_at=f"{year - 1}-{rest}T12:00:01Z"))
    assert offline["taxes"][0]["rate"] == "10"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE orders_order SET tax_minor = tax_minor + 1",
        "UPDATE orders_order SET taxes = '[]'",
        "UPDATE orders_order SET discount_minor = 1",
        "UPDATE orders_orderline SET net_minor = 1",
        "UPDATE orders_orderline SET tax_rate = 1",
        "UPDATE orders_orderline SET list_price_minor = 1",
    ],
)
def test_the_amounts_of_what_is_paid_are_frozen(pos: Till, settle: Settle, sql: str) -> None:
    found = made(pos, order(*BASKET))
    pay = {"tenders": [{"method": "card", "amount_minor": 1897}]}
    assert settle(pos.post(f"/orders/{found['id']}/pay", pay, key="k1"), pos)["outcome"]["code"] == "applied"
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(sql)


def test_revenue_and_tax_are_posted_by_code_and_rate_and_come_back_so(supervisor: Till, settle: Settle) -> None:
    found = made(supervisor, order(*BASKET, discount_percent="10"))
    url = f"/orders/{found['id']}"
    pay = {"tenders": [{"method": "card", "amount_minor": 1707}]}
    settle(supervisor.post(f"{url}/pay", pay, key="pay"), supervisor)
    back = {"lines": [line("TEA", condition="sellable")]}
    settle(supervisor.post(f"{url}/return", back, key="back"), supervisor)
    sale, returned = JournalEntry.objects.order_by("seq").values_list("postings", flat=True)
    assert sale == [
        ["card", 1707],
        ["revenue", -1122, "std", "20"],
        ["tax", -225, "std", "20"],
        ["revenue", -214, "red", "5"],
        ["tax", -11, "red", "5"],
        ["revenue", -135],
    ]
    assert returned == [["card", -449], ["revenue", 374, "std", "20"], ["tax", 75, "std", "20"]]

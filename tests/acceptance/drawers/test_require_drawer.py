"""A store may ask for an open drawer; what depends on an open one waits for its closing."""

from typing import Any

import pytest

from orders.journal.core.batch import OrderSubject
from orders.models import Command
from tests.support.shop.cashier import Cashier
from tests.support.shop.rung import run, run_drawer
from tests.support.shop.till import Till
from workers.isolate import isolate


@pytest.fixture
def required(backoffice: Till) -> None:
    assert backoffice.put("/store", {"require_drawer": True}).status == 200


def _pays(order_id: Any, key: str) -> dict[str, Any]:
    body = {"tenders": [{"method": "cash", "amount_minor": 250}]}
    return {"key": key, "kind": "pay", "order_id": str(order_id), "body": body}


OPEN = {"key": "o", "kind": "drawer_open", "body": {"float_minor": 0}}
CLOSE = {"key": "c", "kind": "drawer_close", "body": {"counted": [{"method": "cash", "amount_minor": 0}]}}


@pytest.mark.usefixtures("required")
def test_without_an_open_drawer_no_money_moves(cashier: Cashier, boss: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 2))
    refused = cashier.pay(order_id, 500)
    assert (refused["state"], refused["outcome"]["code"]) == ("rejected", "drawer_not_open")
    assert cashier.till.get(f"/orders/{order_id}").body["status"] == "draft"
    cashier.open(0)
    assert cashier.pay(order_id, 500)["outcome"]["code"] == "applied"
    assert boss.take_back(order_id)["outcome"]["code"] == "drawer_not_open", "each terminal has its own"
    assert boss.cancel(order_id)["outcome"]["code"] == "drawer_not_open"
    boss.open(0)
    assert boss.take_back(order_id)["outcome"]["code"] == "applied"
    cashier.close(500)
    assert cashier.pay(cashier.till.sell(("TEA-80", 1)), 250)["outcome"]["code"] == "drawer_not_open"


@pytest.mark.usefixtures("required")
def test_every_other_refusal_comes_first(cashier: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 1))
    assert cashier.pay(order_id, 1)["outcome"]["code"] == "payment_does_not_match_total"
    assert cashier.pay(cashier.till.sell(("TEA-80", 999)), 250 * 999)["outcome"]["code"] == "stock_insufficient"


@pytest.mark.usefixtures("required")
def test_a_pay_waits_for_the_opening_that_was_sent_before_it(cashier: Cashier) -> None:
    first, second = cashier.till.sell(("TEA-80", 1)), cashier.till.sell(("TEA-80", 1))
    early, opened, late, closed = cashier.till.post(
        "/commands", [_pays(first, "p1"), OPEN, _pays(second, "p2"), CLOSE]
    ).body["items"]
    run([first, second])
    assert cashier.till.get(f"/commands/{early['command_id']}").body["outcome"]["code"] == "drawer_not_open"
    assert cashier.till.get(f"/commands/{late['command_id']}").body["state"] == "pending"
    assert run_drawer(cashier.terminal) == []
    assert cashier.till.get(f"/commands/{opened['command_id']}").body["state"] == "succeeded"
    assert cashier.till.get(f"/commands/{late['command_id']}").body["state"] == "succeeded"
    closing = cashier.till.get(f"/commands/{closed['command_id']}").body["result"]["closing"]
    assert (closing["sales"]["count"], closing["before_opening_minor"]) == (1, 0)


@pytest.mark.usefixtures("required")
def test_a_pay_that_waits_for_its_drawer_is_no_failed_attempt(cashier: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 1))
    cashier.till.post("/commands", [OPEN, _pays(order_id, "p")])
    assert isolate([OrderSubject(order_id)]) == []
    pay = Command.objects.get(key="p")
    assert (pay.state, pay.attempts) == ("pending", 0)
    assert run_drawer(cashier.terminal) == []
    assert run([order_id]) == []
    assert Command.objects.get(key="p").state == "succeeded"


@pytest.mark.usefixtures("required")
def test_available_actions_tell_that_the_drawer_is_not_open(cashier: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 1))

    def told() -> dict[str, Any]:
        listed = cashier.till.get(f"/orders/{order_id}/available-actions").body["actions"]
        return {one["kind"]: (one["allowed"], one["reason"]) for one in listed}

    not_open = (False, "The drawer of this terminal is not open.")
    assert (told()["pay"], told()["cancel"], told()["reserve"]) == (not_open, not_open, (True, None))
    cashier.open(0)
    assert (told()["pay"], told()["cancel"]) == ((True, None), (True, None))


@pytest.mark.usefixtures("required")
def test_a_dry_run_tells_what_a_drawer_would(cashier: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 1))
    items = [_pays(order_id, "early"), CLOSE, OPEN, _pays(order_id, "late"), {**OPEN, "key": "o2"}]
    told = cashier.till.post("/commands?dry_run=true", items).body["items"]
    assert [one["outcome"]["code"] for one in told] == [
        "drawer_not_open",
        "drawer_not_open",
        "applied",
        "applied",
        "drawer_already_open",
    ]
    assert Command.objects.exclude(drawer=None).count() == 0


def test_a_store_that_asks_for_none_sells_without(cashier: Cashier) -> None:
    assert cashier.pay(cashier.till.sell(("TEA-80", 1)), 250)["outcome"]["code"] == "applied"


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Europe/Berlin"), ("day_starts_at", "04:00"), ("prices_include_tax", False)],
)
def test_what_an_open_drawer_is_counted_by_stays(cashier: Cashier, backoffice: Till, field: str, value: Any) -> None:
    cashier.open(0)
    refused = backoffice.put("/store", {field: value, "name": "Other"})
    assert (refused.status, refused.code, refused.pointers) == (409, "drawer_open", [f"#/{field}"])
    assert "the pos" in refused.body["detail"]
    assert backoffice.get("/store").body["name"] == "Corner", "nothing was changed"
    as_it_is = backoffice.get("/store").body[field]
    assert backoffice.put("/store", {field: as_it_is, "name": "Other", "require_drawer": True}).status == 200
    cashier.close(0)
    assert backoffice.put("/store", {field: value}).body[field] == value

"""POST /commands?dry_run=true: the verdicts and what the commands would come to, without effect."""

from typing import Any
from uuid import uuid4

import pytest
import redis
from django.utils import timezone
from pytest_django.fixtures import Settings

from inventory.models import Hold, StockMovement
from orders.commands.core.machine import Kind
from orders.journal.ring import QUEUE
from orders.models import Command, InvoiceNumber, Order
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till


def card(quantity: int) -> dict[str, Any]:
    return {"tenders": [{"method": "card", "amount_minor": quantity * PRICE_MINOR}]}


def sale(key: str, quantity: int = 1, *, paid: int | None = None, **order: Any) -> dict[str, Any]:
    lines = [{"sku": "TEA-80", "quantity": quantity}]
    new = {"currency": "GBP", "fulfilment": "immediate", "lines": lines, **order}
    return {"key": key, "kind": "pay", "order": new, "body": card(quantity if paid is None else paid)}


def rehearse(till: Till, *items: Any) -> Answer:
    return till.post("/commands?dry_run=true", list(items))


def outcomes(answer: Answer) -> list[str | None]:
    return [item["outcome"] and item["outcome"]["code"] for item in answer.body["items"]]


def everything() -> list[Any]:
    """All that a command may change."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Order, Command, Hold, StockMovement, InvoiceNumber)
    ]


def test_a_rehearsal_tells_the_outcomes_and_changes_nothing(pos: Till, shop: Shop, rings: redis.Redis) -> None:
    before = everything()
    answer = rehearse(pos, sale("1", 7), sale("2", 4), sale("3", 3), sale("4", paid=2))
    assert answer.status == 200
    assert [item["status"] for item in answer.body["items"]] == ["accepted"] * 4
    assert outcomes(answer) == ["applied", "stock_insufficient", "applied", "payment_does_not_match_total"]
    assert answer.body["items"][1]["outcome"]["lines"][0]["available"] == 3
    assert {(item["command_id"], item["order_id"]) for item in answer.body["items"]} == {(None, None)}
    assert everything() == before
    assert shop.level("TEA-80") == (10, 0)
    assert rings.llen(QUEUE) == 0


def test_what_was_rehearsed_can_be_done(pos: Till, shop: Shop) -> None:
    order_id = str(uuid4())
    item = sale("1", id=order_id)
    assert outcomes(rehearse(pos, item)) == ["applied"]
    accepted = pos.post("/commands", [item])
    assert accepted.body["items"][0]["status"] == "accepted"
    execute([*Order.objects.values_list("id", flat=True)], helps=False)
    assert pos.get("/commands?key=1").body["outcome"]["code"] == "applied"


def test_a_rehearsal_goes_on_from_what_is_pending(pos: Till) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/cancel", key="pending")
    assert outcomes(rehearse(pos, {"key": "1", "kind": "pay", "order_id": str(order_id), "body": card(1)})) == [
        "order_cancelled"
    ]


def test_commands_of_one_order_see_each_other(pos: Till) -> None:
    order_id = str(pos.sell(("TEA-80", 2)))
    pay = {"kind": "pay", "order_id": order_id, "body": card(2)}
    reserve = {"key": "1", "kind": "reserve", "order_id": order_id}
    answer = rehearse(pos, reserve, {"key": "2", **pay}, {"key": "3", **pay})
    assert outcomes(answer) == ["applied", "applied", "order_already_paid"]


def test_stock_commands_are_rehearsed_too(backoffice: Till, shop: Shop) -> None:
    receive = {"key": "1", "kind": "receive", "body": {"items": [{"sku": "TEA-80", "quantity": 5}]}}
    write_off = {"key": "2", "kind": "write_off", "body": {"items": [{"sku": "TEA-80", "quantity": 15}]}}
    assert outcomes(rehearse(backoffice, receive, write_off, sale("3"))) == ["applied", "applied", "stock_insufficient"]
    assert shop.level("TEA-80") == (10, 0)


def test_what_is_refused_has_no_outcome(pos: Till) -> None:
    answer = rehearse(pos, 5, {"key": "2", "kind": "cancel", "order_id": str(uuid4())}, sale("3"))
    assert [item["status"] for item in answer.body["items"]] == ["refused", "refused", "accepted"]
    assert outcomes(answer) == [None, None, "applied"]


def test_what_came_before_has_its_own_outcome(pos: Till) -> None:
    done, pending = sale("1", id=str(uuid4())), sale("2", id=str(uuid4()))
    accepted = pos.post("/commands", [done])
    execute([Order.objects.get().id], helps=False)
    pos.post("/commands", [pending])
    answer = rehearse(pos, done, pending, sale("3"), sale("3"))
    assert [item["status"] for item in answer.body["items"]] == ["replayed", "replayed", "accepted", "replayed"]
    assert outcomes(answer) == ["applied", None, "applied", "applied"]
    first, unsettled, new, again = results(answer)
    assert first == pos.get("/commands?key=1").body["result"]
    assert unsettled is None
    assert new is not None
    assert again == new
    assert answer.body["items"][0]["command_id"] == accepted.body["items"][0]["command_id"]


def test_an_order_that_waits_for_an_operator_has_no_outcome_yet(pos: Till) -> None:
    order_id = pos.sell()
    parked = pos.post(f"/orders/{order_id}/reserve", key="parked").body["id"]
    Command.objects.filter(id=parked).update(state="parked")
    assert outcomes(rehearse(pos, {"key": "1", "kind": "pay", "order_id": str(order_id), "body": card(1)})) == [None]
    assert not Command.objects.exclude(blocked_by=None).exists()


def test_numbers_are_looked_at_and_left(pos: Till, settings: Settings) -> None:
    first = InvoiceNumber.objects.order_by("number")[0]
    InvoiceNumber.objects.exclude(id=first.id).update(state="void", voided_at=timezone.now(), void_reason="a test")
    settings.INVOICE_POOL_EMPTY = "reject"
    assert outcomes(rehearse(pos, sale("1"), sale("2"))) == ["applied", "invoice_pool_empty"]
    assert outcomes(rehearse(pos, sale("1"))) == ["applied"]
    settings.INVOICE_POOL_EMPTY = "defer"
    assert outcomes(rehearse(pos, sale("1"), sale("2"))) == ["applied", "applied"]


def test_behind_what_would_find_no_number_holds_give_way_all_the_same(
    backoffice: Till, shop: Shop, settings: Settings
) -> None:
    order_id, _ = shop.sale(("TEA-80", 2))
    execute([order_id])
    shop.submit(Kind.HOLD, reference="WEB-1", items=[{"sku": "TEA-80", "quantity": 8}])
    execute([shop.store_id])
    InvoiceNumber.objects.filter(state="free").update(state="void", voided_at=timezone.now(), void_reason="a test")
    settings.INVOICE_POOL_EMPTY = "reject"
    one = {"sku": "TEA-80", "quantity": 1}
    back = {
        "key": "1",
        "kind": "return",
        "order_id": str(order_id),
        "body": {"lines": [{**one, "condition": "sellable"}]},
    }
    body = {"items": [{**one, "location": "shop"}], "reason": "broken", "shortage": "release"}
    assert outcomes(rehearse(backoffice, back, {"key": "2", "kind": "write_off", "body": body})) == [
        "invoice_pool_empty",
        "applied",
    ]


def results(answer: Answer) -> list[dict[str, Any] | None]:
    return [item["result"] for item in answer.body["items"]]


def test_a_rehearsal_tells_the_results_without_what_would_be_new(pos: Till) -> None:
    order_id = str(pos.sell(("TEA-80", 2)))
    pay = {
        "key": "2",
        "kind": "pay",
        "order_id": order_id,
        "body": {"tenders": [{"method": "cash", "amount_minor": 1_000}]},
    }
    reserve = {"key": "1", "kind": "reserve", "order_id": order_id, "body": {"expires_in_s": None}}
    reserved, paid, refused = results(rehearse(pos, reserve, pay, sale("3", 9)))
    assert reserved == {
        "expires_at": None,
        "skipped": [],
        "backordered": [],
        "order_status": "processing",
        "payment_status": "unpaid",
    }
    assert paid is not None
    assert (paid["order_status"], paid["payment_status"]) == ("paid", "paid")
    assert (paid["change_minor"], paid["skipped"]) == (1_000 - 2 * PRICE_MINOR, [])
    assert (paid["invoice_number"], paid["invoice_pending"]) == (None, False)
    assert refused is None


def test_what_was_rehearsed_has_the_same_result_when_it_is_done(pos: Till, backoffice: Till) -> None:
    order_id = str(pos.sell(("TEA-80", 2)))
    items = [
        {"key": "1", "kind": "pay", "order_id": order_id, "body": card(2)},
        {"key": "2", "kind": "receive", "body": {"items": [{"sku": "TEA-80", "quantity": 5}]}},
        {"key": "3", "kind": "cancel", "order_id": order_id},
    ]
    foretold = results(rehearse(backoffice, *items))
    backoffice.post("/commands", items)
    order = Order.objects.get()
    execute([order.id, order.store_id], helps=False)
    paid, received, cancelled = (backoffice.get(f"/commands?key={key}").body["result"] for key in "123")
    refunds = [{**row, "id": None, "payment_id": None} for row in cancelled["refunds"]]
    assert refunds
    assert cancelled["credit_note_number"]
    unknown = {"refunds": refunds, "credit_note_number": None}
    assert foretold == [{**paid, "invoice_number": None}, received, {**cancelled, **unknown}]


def test_lines_of_an_order_that_would_be_new_have_no_id(pos: Till) -> None:
    item = sale("1", 12, fulfilment="shipment")
    item["body"]["shortage"] = "backorder"
    (told,) = results(rehearse(pos, item))
    assert told is not None
    assert told["backordered"] == [{"line_id": None, "sku": "TEA-80", "quantity": 2}]


def test_a_sale_that_would_find_no_number_is_told_so(pos: Till, settings: Settings) -> None:
    first = InvoiceNumber.objects.order_by("number")[0]
    InvoiceNumber.objects.exclude(id=first.id).update(state="void", voided_at=timezone.now(), void_reason="a test")
    settings.INVOICE_POOL_EMPTY = "defer"
    told = results(rehearse(pos, sale("1"), sale("2")))
    assert [result and result["invoice_pending"] for result in told] == [False, True]


@pytest.mark.parametrize("value", ["perhaps", "", "2"])
def test_a_bad_parameter_is_refused(pos: Till, value: str) -> None:
    refused = pos.post(f"/commands?dry_run={value}", [sale("1")])
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, "dry_run")
    assert not Command.objects.exists()


def test_without_dry_run_nothing_is_foretold(pos: Till) -> None:
    answer = pos.post("/commands?dry_run=false", [sale("1")])
    assert (outcomes(answer), results(answer)) == ([None], [None])
    assert Command.objects.count() == 1

"""A drawer is opened, moved and closed, and tells what it comes to."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import rfc8785

from orders.models import Closing
from tests.support.shop.cashier import Cashier
from tests.support.shop.rung import run_drawer
from tests.support.shop.till import Till

UNCOUNTED = {"currency": "GBP", "tracks_stock": False}


def methods(figures: Any) -> dict[str, tuple[int, int | None, int | None]]:
    return {
        one["method"]: (one["expected_minor"], one["counted_minor"], one["difference_minor"])
        for one in figures["methods"]
    }


def test_an_empty_drawer_is_closed_as_it_was_opened(cashier: Cashier) -> None:
    opened = cashier.open(10_000)
    assert opened["outcome"]["code"] == "applied"
    assert (opened["order_id"], opened["result"]["float_minor"], opened["result"]["before_opening_minor"]) == (
        None,
        10_000,
        0,
    )
    closing = cashier.close(10_000)["result"]["closing"]
    assert (closing["number"], closing["previous_hash"], closing["float_minor"]) == (1, None, 10_000)
    assert methods(closing) == {"cash": (10_000, 10_000, 0)}
    assert closing["sales"] == closing["refunds"] == closing["cancelled"] == {"count": 0, "total_minor": 0}
    assert (closing["first_invoice_number"], closing["last_invoice_number"], closing["taxes"]) == (None, None, [])


def test_the_figures_of_a_day(cashier: Cashier, boss: Cashier) -> None:
    cashier.open(10_000)
    cashier.sell(2)
    cashier.sell(3, method="card")
    assert cashier.move(-5_000, "to the bank")["state"] == "succeeded"
    assert cashier.move(0, "looked in")["state"] == "succeeded"
    closing = cashier.close(5_490, {"card": 750})["result"]["closing"]
    assert closing["sales"] == {"count": 2, "total_minor": 1_250}
    assert methods(closing) == {"cash": (5_500, 5_490, -10), "card": (750, 750, 0)}
    assert [(one["amount_minor"], one["reason"]) for one in closing["movements"]] == [
        (-5_000, "to the bank"),
        (0, "looked in"),
    ]
    assert closing["first_invoice_number"] < closing["last_invoice_number"]
    assert (closing["invoices_pending"], closing["unsettled"]) == (0, [])


def test_a_payment_names_its_closing_once_it_is_in_one(cashier: Cashier) -> None:
    cashier.open(0)
    order_id = cashier.sell(2)
    [before] = cashier.till.get(f"/orders/{order_id}").body["payments"]
    closing = cashier.close(500)["result"]["closing"]
    [after] = cashier.till.get(f"/orders/{order_id}").body["payments"]
    assert (before["closing"], after["closing"]) == (None, closing["number"])


def test_what_comes_back_belongs_to_the_terminal_that_gives_it_back(cashier: Cashier, boss: Cashier) -> None:
    cashier.open(0)
    sold, cancelled = cashier.sell(3), cashier.sell(1)
    boss.open(0)
    boss.take_back(sold, 2)
    boss.cancel(cancelled)
    closing = boss.close(0)["result"]["closing"]
    assert closing["refunds"] == {"count": 2, "total_minor": 750}
    assert closing["cancelled"] == {"count": 1, "total_minor": 250}
    assert closing["sales"] == {"count": 0, "total_minor": 0}
    assert methods(closing) == {"cash": (-750, 0, 750)}
    assert (closing["first_invoice_number"], closing["last_invoice_number"]) == (None, None)
    assert methods(cashier.close(1_000)["result"]["closing"]) == {"cash": (1_000, 1_000, 0)}


def test_taxes_are_those_of_sales_less_refunds(cashier: Cashier, boss: Cashier, backoffice: Till) -> None:
    backoffice.put("/taxes/std", {"name": "Standard", "rate": "20"})
    backoffice.put("/products/JAM", {"name": "Jam", "price_minor": 600, "tax_code": "std", **UNCOUNTED})
    boss.open(0)
    order_id = boss.till.sell(("JAM", 2))
    assert boss.pay(order_id, 1_200)["state"] == "succeeded"
    boss.take_back(order_id, 1, sku="JAM")
    closing = boss.close(600)["result"]["closing"]
    assert closing["taxes"] == [
        {"code": "std", "name": "Standard", "rate": "20", "net_minor": 500, "tax_minor": 100},
    ]


def test_an_order_of_nothing_is_a_sale_with_a_number(cashier: Cashier, backoffice: Till) -> None:
    backoffice.put("/products/FLYER", {"name": "Flyer", "price_minor": 0, **UNCOUNTED})
    cashier.open(0)
    assert cashier.pay(cashier.till.sell(("FLYER", 1)), 0)["state"] == "succeeded"
    closing = cashier.close(0)["result"]["closing"]
    assert closing["sales"] == {"count": 1, "total_minor": 0}
    assert closing["first_invoice_number"] == closing["last_invoice_number"] is not None


def test_what_is_taken_before_the_opening_belongs_to_the_drawer(cashier: Cashier) -> None:
    cashier.sell(1)
    cashier.sell(2, method="card")
    assert cashier.open(1_000)["result"]["before_opening_minor"] == 750
    cashier.sell(1)
    closing = cashier.close(1_500)["result"]["closing"]
    assert (closing["before_opening_minor"], closing["sales"]["count"]) == (750, 3)
    assert methods(closing) == {"cash": (1_500, 1_500, 0), "card": (500, None, None)}
    assert cashier.open(0)["result"]["before_opening_minor"] == 0


def test_the_report_tells_what_a_closing_would(cashier: Cashier) -> None:
    assert (cashier.till.get("/drawer").status, cashier.till.get("/drawer").code) == (404, "drawer_not_open")
    cashier.open(1_000)
    cashier.sell(1)
    report = cashier.report()
    assert (report["id"], report["number"], report["hash"], report["closed_at"]) == (None, None, None, None)
    assert methods(report) == {"cash": (1_250, None, None)}
    closing = cashier.close(1_250)["result"]["closing"]
    kept = ("terminal", "opened_at", "sales", "refunds", "taxes", "movements", "first_invoice_number")
    assert [report[name] for name in kept] == [closing[name] for name in kept]
    assert cashier.till.get("/drawer").status == 404


def test_an_open_drawer_is_not_opened_and_a_closed_one_not_moved_or_closed(cashier: Cashier) -> None:
    assert cashier.close(0)["outcome"]["code"] == "drawer_not_open"
    assert cashier.move(1)["outcome"]["code"] == "drawer_not_open"
    cashier.open(500)
    refused = cashier.open(900)
    assert (refused["state"], refused["outcome"]["code"]) == ("rejected", "drawer_already_open")
    assert cashier.report()["float_minor"] == 500


def test_closings_are_numbered_by_terminal_and_each_names_the_hash_before(cashier: Cashier, boss: Cashier) -> None:
    closings = []
    for _ in range(3):
        cashier.open(0)
        closings.append(cashier.close(0)["result"]["closing"])
    boss.open(0)
    assert boss.close(0)["result"]["closing"]["number"] == 1
    assert [one["number"] for one in closings] == [1, 2, 3]
    assert [one["previous_hash"] for one in closings] == [None, closings[0]["hash"], closings[1]["hash"]]


def test_the_hash_is_that_of_the_closing_as_canonical_json(cashier: Cashier) -> None:
    cashier.open(0)
    cashier.move(2**53 - 1, 'ein Schlüssel "für" 薬\t€\u007f\\/')
    cashier.move(2**53 - 1, "as much again")
    cashier.close(0)
    (listed,) = cashier.till.get("/closings").body["items"]
    read = cashier.till.get(f"/closings/{listed['id']}").body
    told = {**read, "methods": [{**one, "expected_minor": 0, "difference_minor": 0} for one in read["methods"]]}
    assert rfc8785.dumps({name: value for name, value in told.items() if name != "hash"})
    assert read == listed == cashier.till.get("/closings/1").body
    assert Closing.objects.get().hash == read["hash"]


def test_whoever_has_a_closing_can_work_out_its_hash(cashier: Cashier) -> None:
    cashier.open(100)
    cashier.sell(2)
    cashier.move(-50, 'Brötchen, "süß"\n')
    cashier.close(550)
    closing = cashier.till.get("/closings/1").body
    without = {name: value for name, value in closing.items() if name != "hash"}
    assert sha256(rfc8785.dumps(without)).hexdigest() == closing["hash"]


def test_a_repeated_close_answers_the_same_closing(cashier: Cashier) -> None:
    cashier.open(0)
    key, body = str(uuid4()), {"counted": [{"method": "cash", "amount_minor": 0}]}
    first = cashier.settle(cashier.till.post("/drawer/close", body, key=key), cashier.till)
    again = cashier.till.post("/drawer/close", body, key=key, wait=5)
    assert (again.status, again.headers["Idempotency-Replayed"]) == (200, "true")
    assert again.body["result"] == first["result"]
    assert Closing.objects.count() == 1


def test_a_supervisor_handles_another_terminals_drawer(cashier: Cashier, boss: Cashier) -> None:
    whose = cashier.terminal
    assert boss.open(700, terminal=whose)["state"] == "succeeded"
    assert boss.move(5, terminal=whose)["state"] == "succeeded"
    assert boss.till.get(f"/drawer?terminal={whose}").body["float_minor"] == 700
    assert boss.till.get("/drawer").status == 404
    cashier.sell(1)
    closing = boss.close(955, terminal=whose)["result"]["closing"]
    assert (closing["terminal"], closing["sales"]["count"]) == (whose, 1)
    assert cashier.till.get("/closings/1").body == closing
    assert boss.till.get("/closings/1").status == 404
    assert boss.till.get(f"/closings/{closing['id']}").body == closing


def test_gaps_and_repeated_numbers_of_the_terminal(cashier: Cashier) -> None:
    def send(path: str, body: Any, sequence: int) -> Any:
        headers = {"Command-Sequence": str(sequence), "Idempotency-Key": str(uuid4())}
        return cashier.settle(cashier.till.call("POST", path, body, **headers), cashier.till)

    send("/drawer/open", {"float_minor": 0}, 1)
    twice = [send("/drawer/movement", {"amount_minor": 0, "reason": "x"}, 2)["id"] for _ in range(2)]
    counted = {"counted": [{"method": "cash", "amount_minor": 0}]}
    closing = send("/drawer/close", counted, 5)["result"]["closing"]
    assert closing["gaps"] == [{"first": 3, "last": 4}]
    assert closing["repeated"] == [{"sequence": 2, "command_ids": sorted(twice)}]
    send("/drawer/open", {"float_minor": 0}, 6)
    closing = send("/drawer/close", counted, 8)["result"]["closing"]
    assert (closing["gaps"], closing["repeated"]) == ([{"first": 7, "last": 7}], [])


def test_a_drawer_is_handled_in_bulk(cashier: Cashier) -> None:
    order_id = cashier.till.sell(("TEA-80", 1))
    items = [
        {"key": "b1", "kind": "drawer_open", "body": {"float_minor": 100}},
        {
            "key": "b2",
            "kind": "pay",
            "order_id": str(order_id),
            "body": {"tenders": [{"method": "cash", "amount_minor": 250}]},
        },
        {"key": "b3", "kind": "drawer_movement", "body": {"amount_minor": -100, "reason": "out"}},
        {"key": "b4", "kind": "drawer_close", "body": {"counted": [{"method": "cash", "amount_minor": 250}]}},
    ]
    answered = cashier.till.post("/commands", items)
    assert [one["status"] for one in answered.body["items"]] == ["accepted"] * 4
    assert run_drawer(cashier.terminal) == []
    closed = cashier.till.get(f"/commands/{answered.body['items'][3]['command_id']}").body
    assert methods(closed["result"]["closing"]) == {"cash": (250, 250, 0)}
    assert closed["result"]["closing"]["sales"]["count"] == 1, "the close settled the pay that it waited for"

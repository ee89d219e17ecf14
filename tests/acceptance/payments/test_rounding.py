"""Cash is rounded to what coins can pay, at the till and when goods come back; the figures are worked out by hand.

What is sent is small JSON, so the tills of this room call without a web server; a day of it goes through the real one.
"""

from typing import Any

import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.commands.core.roles import Role
from tests.support.accounting.paper_books import PaperBooks
from tests.support.processes.served import Served
from tests.support.shop.counter import Counter, card, cash, set_coin
from tests.support.shop.till import Till

MISFIT = "payment_does_not_match_total"


@pytest.mark.parametrize(
    ("total", "others", "coin", "in_cash", "rounding"),
    [
        (198, 0, 5, 200, 2),
        (197, 0, 5, 195, -2),
        (1002, 500, 5, 500, -2),
        (5, 0, 10, 10, 5),
        (2, 0, 5, 0, -2),
        (1234, 0, 100, 1200, -34),
    ],
)
def test_what_is_due_after_all_other_tenders_is_rounded_for_cash(
    counter: Counter, backoffice: Till, total: int, others: int, coin: int, in_cash: int, rounding: int
) -> None:
    set_coin(backoffice, coin)
    order_id = counter.order(total)
    paid = counter.pay(order_id, *[card(others)] * bool(others), cash(in_cash), expected_total_minor=total)
    assert (paid["result"]["change_minor"], paid["result"]["rounding_minor"]) == (0, rounding)
    money = counter.read(order_id, "total_minor", "paid_minor", "rounding_minor", "due_minor", "payment_status")
    assert money == (total, total + rounding, rounding, 0, "paid")


def test_cash_tenders_are_added_up(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.order(198)
    assert counter.pay(order_id, cash(100), cash(150))["result"]["change_minor"] == 50
    assert counter.read(order_id, "paid_minor", "rounding_minor") == (200, 2)


@pytest.mark.parametrize("partial", [False, True])
def test_a_cash_amount_that_is_no_multiple_is_refused(counter: Counter, backoffice: Till, partial: bool) -> None:
    set_coin(backoffice, 5)
    order_id = counter.order(198)
    counter.command("reserve", order_id)
    refused = counter.pay(order_id, cash(198 - 100 * partial), partial=partial)
    assert refused["outcome"]["code"] == MISFIT
    assert counter.read(order_id, "paid_minor", "payments") == (0, [])


def test_a_partial_pay_is_not_rounded_and_the_last_part_is(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.order(998)
    counter.command("reserve", order_id)
    part = counter.pay(order_id, card(33), cash(300), partial=True, expected_total_minor=998)
    assert (part["result"]["due_minor"], part["result"]["rounding_minor"]) == (665, 0)
    assert counter.read(order_id, "paid_minor", "rounding_minor", "invoice_number", "paid_at") == (333, 0, None, None)
    other = counter.pay(order_id, card(1), partial=True)
    assert other["result"]["due_minor"] == 664
    last = counter.pay(order_id, cash(700))
    assert (last["result"]["change_minor"], last["result"]["rounding_minor"]) == (35, 1)
    assert last["result"]["invoice_number"]
    assert counter.read(order_id, "paid_minor", "rounding_minor") == (999, 1)


def test_the_expected_total_is_compared_with_the_total(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.order(198)
    assert counter.pay(order_id, cash(200), expected_total_minor=200)["outcome"]["code"] == MISFIT
    assert counter.pay(order_id, cash(200), expected_total_minor=198)["outcome"]["code"] == "applied"


@pytest.mark.parametrize("row", [card(0), cash(-5), {"method": "voucher", "amount_minor": 0}])
def test_an_amount_is_at_least_one_and_cash_at_least_nothing(supervisor: Till, counter: Counter, row: Any) -> None:
    order_id = counter.order(198)
    refused = supervisor.post(f"/orders/{order_id}/pay", {"tenders": [row]}, key="pay")
    assert (refused.status, len(refused.pointers)) == (422, 1)
    back = supervisor.post(f"/orders/{order_id}/cancel", {"refund_to": [row]}, key="cancel")
    assert (back.status, len(back.pointers)) == (422, 1)


@pytest.mark.parametrize(("kind", "field"), [("pay", "tenders"), ("cancel", "refund_to")])
def test_no_sum_is_more_than_an_amount_may_be(supervisor: Till, counter: Counter, kind: str, field: str) -> None:
    order_id = counter.order(198)
    refused = supervisor.post(f"/orders/{order_id}/{kind}", {field: [cash(2**53 - 1), cash(1)]}, key="k")
    assert (refused.status, refused.code, refused.pointers) == (422, "amount_too_large", [f"#/{field}"])
    item = {"key": "b", "kind": kind, "order_id": order_id, "body": {field: [cash(2**53 - 1), cash(1)]}}
    (told,) = supervisor.post("/commands", [item]).body["items"]
    assert told["problem"]["errors"][0]["pointer"] == f"#/0/body/{field}"


def test_one_by_one_they_give_back_in_cash_just_what_was_taken(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.sell(1000, cash(1000), quantity=3)
    back = [counter.bring_back(order_id)["result"] for _ in range(3)]
    assert [one["refunded_minor"] for one in back] == [335, 330, 335]
    assert [one["rounding_minor"] for one in back] == [-2, 4, -2]
    assert counter.read(order_id, "refunded_minor", "rounding_minor", "payment_status") == (1000, 0, "refunded")


@pytest.mark.parametrize(("total", "taken"), [(198, 200), (197, 195), (2, 0)])
@pytest.mark.parametrize("kind", ["cancel", "return"])
def test_a_whole_order_gives_back_in_cash_exactly_what_it_took(
    counter: Counter, backoffice: Till, total: int, taken: int, kind: str
) -> None:
    set_coin(backoffice, 5)
    order_id = counter.sell(total, cash(taken))
    set_coin(backoffice, 100)
    back = counter.command("cancel", order_id) if kind == "cancel" else counter.bring_back(order_id)
    assert (back["result"]["refunded_minor"], back["result"]["rounding_minor"]) == (taken, total - taken)
    assert counter.read(order_id, "rounding_minor", "payment_status") == (0, "refunded" if taken else "paid")


def test_a_dry_run_tells_the_same(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    item = {"key": "k", "kind": "pay", "order_id": counter.order(198), "body": {"tenders": [cash(500)]}}
    (told,) = counter.till.post("/commands?dry_run=true", [item]).body["items"]
    assert (told["result"]["change_minor"], told["result"]["rounding_minor"]) == (300, 2)


def test_an_order_tells_each_payment_and_refund(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.order(198)
    pay = counter.pay(order_id, cash(500, reference="drawer 1"))
    back = counter.bring_back(order_id)
    (payments,) = counter.read(order_id, "payments")
    told = [{name: value for name, value in one.items() if name not in ("id", "at")} for one in payments]
    common = {"method": "cash", "provider": None, "state": "done", "terminal": "the supervisor"}
    common |= {"cashier": None, "closing": None, "reference": "drawer 1"}
    assert told == [
        {**common, "kind": "payment", "amount_minor": 200, "tendered_minor": 500, "change_minor": 300}
        | {"reverses": None, "command_id": pay["id"]},
        {**common, "kind": "refund", "amount_minor": 200, "tendered_minor": 200, "change_minor": 0}
        | {"reverses": payments[0]["id"], "command_id": back["id"]},
    ]


def test_the_books_know_rounding_by_an_account_of_its_own(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.sell(1000, cash(1000), quantity=3)
    counter.bring_back(order_id)
    counter.sell(2, cash(0))
    books = PaperBooks()
    relay_outbox(books)
    relay_outbox(books)
    assert sorted(tuple((p.account, p.amount_minor) for p in entry.postings) for _, entry in books.told) == [
        (("cash", -335), ("rounding", 2), ("revenue", 333)),
        (("cash", 1000), ("revenue", -1000)),
        (("rounding", 2), ("revenue", -2)),
    ]


def test_a_day_of_small_coins_through_the_real_server(served: Served) -> None:
    def call(method: str, path: str, body: Any = None, role: Role = Role.SUPERVISOR, **headers: str) -> Any:
        answer = served.settled(lambda: served.call(method, path, body, role=role, **headers))
        assert answer.status in (200, 201), answer
        return answer.body

    call("PUT", "/store", {"cash_rounding_minor": 5}, Role.BACKOFFICE)
    try:
        line = {"sku": "POSTAGE", "quantity": 3, "unit_price_minor": 334, "discount_minor": 2}
        order = call("POST", "/orders", {"currency": "GBP", "fulfilment": "immediate", "lines": [line]})
        url, now = f"/orders/{order['id']}", "wait=10"
        paid = call("POST", f"{url}/pay", {"tenders": [cash(1100)]}, Idempotency_Key=f"pay {url}", Prefer=now)
        assert (paid["state"], paid["result"]["change_minor"]) == ("succeeded", 100)
        one = {"lines": [{"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}]}
        back = [call("POST", f"{url}/return", one, Idempotency_Key=f"{n} {url}", Prefer=now) for n in range(3)]
        assert [each["result"]["refunded_minor"] for each in back] == [335, 330, 335]
        assert call("GET", url)["payment_status"] == "refunded"
    finally:
        call("PUT", "/store", {"cash_rounding_minor": 1}, Role.BACKOFFICE)

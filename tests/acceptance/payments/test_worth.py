"""What is due and what goes back follow from what an order is still worth, before and after it is paid."""

from typing import Any

from orders.models import JournalEntry
from tests.support.shop.baskets import BASKET, line, list_goods, order
from tests.support.shop.counter import ONE, Counter, card, cash, parts, set_coin
from tests.support.shop.till import Till

MONEY = ("due_minor", "paid_minor", "refunded_minor", "total_minor")


def on_account(counter: Counter, *, shipped: int) -> str:
    """Three for 3.00, of which so many have left."""
    order_id = counter.order(300, 3, fulfilment="shipment", payment_terms="on_account")
    counter.command("reserve", order_id)
    ((one,),) = counter.read(order_id, "lines")
    assert counter.command("fulfill", order_id, lines=[{"line_id": one["id"], "quantity": shipped}])["result"]
    return order_id


def test_what_comes_back_before_it_is_paid_is_not_due(counter: Counter) -> None:
    order_id = on_account(counter, shipped=3)
    counter.bring_back(order_id)
    assert counter.read(order_id, *MONEY) == (200, 0, 0, 300)
    counter.pay(order_id, cash(50), partial=True)
    assert parts(counter.bring_back(order_id)) == []
    assert counter.read(order_id, *MONEY) == (50, 50, 0, 300)
    paid = counter.pay(order_id, cash(50))
    assert paid["result"]["invoice_number"]
    assert counter.read(order_id, "due_minor", "payment_status") == (0, "paid")
    assert parts(counter.bring_back(order_id)) == [("cash", 50), ("cash", 50)]
    assert counter.read(order_id, *MONEY, "payment_status") == (0, 100, 100, 300, "refunded")


def test_of_a_deposit_goes_back_what_is_more_than_the_order_is_worth(counter: Counter) -> None:
    order_id = on_account(counter, shipped=1)
    counter.pay(order_id, card(150), partial=True)
    cancelled = counter.command("cancel", order_id)
    assert (parts(cancelled), cancelled["result"]["credit_note_number"]) == ([("card", 50)], None)
    assert counter.read(order_id, *MONEY) == (0, 150, 50, 300)
    ((one,),) = counter.read(order_id, "lines")
    assert (one["cancelled_quantity"], one["shipped_quantity"]) == (2, 1)
    last = counter.pay(order_id)
    assert (last["outcome"]["code"], bool(last["result"]["invoice_number"])) == ("applied", True)
    assert counter.read(order_id, *MONEY, "payment_status") == (0, 150, 50, 300, "partially_refunded")


def test_the_rest_is_cancelled_after_all_that_was_sent_came_back(counter: Counter) -> None:
    order_id = on_account(counter, shipped=2)
    assert counter.bring_back(order_id, 2)["outcome"]["code"] == "applied"
    assert counter.command("cancel", order_id)["outcome"]["code"] == "applied"
    assert counter.read(order_id, "status", *MONEY) == ("shipped", 0, 0, 0, 300)


def test_a_deposit_that_covers_what_is_left_is_no_sale_before_a_pay_without_tenders_books_it(counter: Counter) -> None:
    order_id = on_account(counter, shipped=3)
    counter.pay(order_id, card(200), partial=True)
    assert parts(counter.bring_back(order_id)) == []
    told = (*MONEY, "payment_status", "invoice_number", "paid_at", "business_day")
    assert counter.read(order_id, *told) == (0, 200, 0, 300, "partially_paid", None, None, None)
    (pay,) = (
        one for one in counter.till.get(f"/orders/{order_id}/available-actions").body["actions"] if one["kind"] == "pay"
    )
    assert pay["allowed"]
    assert counter.pay(order_id, card(1))["outcome"]["code"] == "payment_does_not_match_total"
    last = counter.pay(order_id)
    assert (last["outcome"]["code"], last["result"]["payment_status"]) == ("applied", "paid")
    assert counter.read(order_id, *MONEY, "payment_status", "invoice_number") == (
        *(0, 200, 0, 300, "paid"),
        last["result"]["invoice_number"],
    )
    assert last["result"]["invoice_number"]


def test_rounding_counts_towards_what_is_due_and_kept(counter: Counter, backoffice: Till) -> None:
    """0.98 paid with 1.00; one of two, worth 0.49, comes back as 0.50, and the other one as the rest."""
    set_coin(backoffice, 5)
    order_id = counter.sell(98, cash(100), quantity=2)
    assert counter.read(order_id, *MONEY, "rounding_minor") == (0, 100, 0, 98, 2)
    first = counter.bring_back(order_id)
    assert (parts(first), first["result"]["rounding_minor"]) == ([("cash", 50)], -1)
    assert counter.read(order_id, *MONEY, "rounding_minor") == (0, 100, 50, 98, 1)
    second = counter.bring_back(order_id)
    assert (parts(second), second["result"]["rounding_minor"]) == ([("cash", 50)], -1)
    assert counter.read(order_id, *MONEY, "rounding_minor", "payment_status") == (0, 100, 100, 98, 0, "refunded")


def test_a_method_without_a_payment_is_spread_over_its_payments_in_the_order_taken(counter: Counter) -> None:
    order_id = counter.sell(1497, card(400), card(597), cash(500), quantity=3)
    first, second, _ = counter.read(order_id, "payments")[0]
    back = counter.bring_back(order_id, refund_to=[card(499)])
    told = [(one["payment_id"], one["amount_minor"]) for one in back["result"]["refunds"]]
    assert told == [(first["id"], 400), (second["id"], 99)]
    again = counter.bring_back(order_id, refund_to=[card(498), cash(1)])
    assert again["result"]["refunds"][0]["payment_id"] == second["id"]
    too_much = counter.bring_back(order_id, refund_to=[card(1), cash(498)])
    assert too_much["outcome"]["code"] == "payment_does_not_match_total", "the cards have given back all they took"


def test_a_total_of_nothing_is_paid_by_no_tender_or_by_no_cash(counter: Counter) -> None:
    for tenders in ([], [cash(0)]):
        order_id = counter.order(0)
        assert counter.pay(order_id, *tenders)["result"]["invoice_number"]
        assert counter.read(order_id, "payment_status", "paid_minor") == ("paid", 0)


def test_every_posting_is_balanced_whatever_an_entry_tells(counter: Counter, backoffice: Till) -> None:
    """A deposit, a sale with taxes and rounded cash, a part of it back."""
    list_goods(backoffice)
    set_coin(backoffice, 5)
    order_id = counter.till.post("/orders", order(*BASKET, fulfilment="shipment", discount_percent="10")).body["id"]
    counter.command("reserve", order_id)
    counter.pay(order_id, card(33), cash(300), partial=True)
    counter.pay(order_id, cash(1375))
    counter.command("fulfill", order_id)
    counter.command("return", order_id, lines=[{**ONE, **line("TEA")}])
    told: list[Any] = list(JournalEntry.objects.order_by("seq").values_list("kind", "postings"))
    assert [kind for kind, _ in told] == ["deposit", "sale", "return"]
    assert [sum(posting[1] for posting in postings) for _, postings in told] == [0, 0, 0]
    assert told[0][1] == [["card", 33], ["cash", 300], ["deposits", -333]]
    assert told[1][1] == [
        ["cash", 1375],
        ["deposits", 333],
        ["rounding", -1],
        ["revenue", -1122, "std", "20"],
        ["tax", -225, "std", "20"],
        ["revenue", -214, "red", "5"],
        ["tax", -11, "red", "5"],
        ["revenue", -135],
    ]

"""Where the money goes back to, and how much of it: told by nobody, or chosen by the cashier.

What is sent is small JSON, so the tills of this room call without a web server.
"""

from typing import Any
from uuid import UUID

import pytest

from orders.payments.outside.instruct import relay_payments
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.counter import Counter, card, cash, parts, set_coin
from tests.support.shop.rung import execute
from tests.support.shop.till import Till
from workers.authorize import authorize_payments

MISFIT = "payment_does_not_match_total"


def test_without_a_word_other_than_cash_goes_back_first_in_the_order_taken(counter: Counter) -> None:
    order_id = counter.sell(1497, cash(500), card(400), card(597), quantity=3)
    assert parts(counter.bring_back(order_id)) == [("card", 400), ("card", 99)]
    assert parts(counter.bring_back(order_id, 2)) == [("card", 498), ("cash", 500)]


def test_cash_goes_back_instead_of_a_card_rounded_and_beyond_what_cash_took(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    order_id = counter.sell(1003, card(503), cash(500))
    paid_in_cash = counter.read(order_id, "payments")[0][1]["id"]
    back = counter.command("cancel", order_id, refund_to=[cash(1005)])
    assert [(one["payment_id"], one["amount_minor"]) for one in back["result"]["refunds"]] == [
        (paid_in_cash, 500),
        (None, 505),
    ]
    assert (back["result"]["refunded_minor"], back["result"]["rounding_minor"]) == (1005, -2)
    assert counter.read(order_id, "refunded_minor", "rounding_minor", "payment_status") == (1005, -2, "refunded")


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([cash(333)], id="cash that was not rounded"),
        pytest.param([cash(340)], id="a coin too much"),
        pytest.param([card(331)], id="a card that was rounded"),
        pytest.param([card(335)], id="a card as if it were cash"),
        pytest.param([card(200), cash(133)], id="the rest not rounded"),
        pytest.param([], id="nothing"),
        pytest.param([{"method": "voucher", "amount_minor": 333}], id="a method that took nothing"),
        pytest.param([card(333, payment_id="00000000-0000-7000-8000-000000000000")], id="no such payment"),
        pytest.param([card(501), cash(0)], id="more than a card took"),
    ],
)
def test_any_misfit_is_refused_and_changes_nothing(counter: Counter, backoffice: Till, rows: Any) -> None:
    set_coin(backoffice, 5)
    order_id = counter.sell(1000, card(500), cash(500), quantity=3)
    refused = counter.bring_back(order_id, refund_to=rows)
    assert refused["outcome"]["code"] == MISFIT
    assert counter.read(order_id, "refunded_minor", "rounding_minor") == (0, 0)


def test_a_named_payment_gets_no_more_than_is_left_of_it(counter: Counter) -> None:
    order_id = counter.sell(1000, card(500), card(500), quantity=2)
    first = counter.read(order_id, "payments")[0][0]["id"]
    assert parts(counter.bring_back(order_id, refund_to=[card(500, payment_id=first, reference="R1")])) == [
        ("card", 500)
    ]
    again = counter.bring_back(order_id, refund_to=[card(500, payment_id=first)])
    assert again["outcome"]["code"] == MISFIT
    refund = counter.read(order_id, "payments")[0][-1]
    assert (refund["kind"], refund["reverses"], refund["reference"]) == ("refund", first, "R1")


def test_a_provider_gives_back_exactly_what_the_result_says(counter: Counter, backoffice: Till) -> None:
    set_coin(backoffice, 5)
    with banking() as bank:
        order_id = counter.order(1003, 3)
        counter.pay(order_id, cash(500), online(503))
        authorize_payments()
        execute([UUID(order_id)], helps=False)
        assert counter.read(order_id, "paid_minor", "rounding_minor", "payment_status") == (1003, 0, "paid")
        back = counter.bring_back(order_id)
        assert parts(back) == [("online", 334)]
        assert {one["state"] for one in counter.read(order_id, "payments")[0] if one["method"] == "online"} == {
            "pending"
        }
        relay_payments()
        relay_payments()
        assert bank.net_minor == 503 - 334
        assert {one["state"] for one in counter.read(order_id, "payments")[0]} == {"done"}

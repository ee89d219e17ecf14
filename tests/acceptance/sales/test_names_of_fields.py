"""An order, and what is in it, tells each of these; whatever else it tells may be more."""

from collections.abc import Callable
from typing import Any

from tests.support.shop.baskets import BASKET, list_goods, made, order
from tests.support.shop.till import Answer, Till

ORDER = """subtotal_minor discount_minor own_discount tax_minor prices_include_tax tax_exempt taxes due_minor
    rounding_minor business_day customer payments credit_notes exempted_minor"""
LINE = """list_price_minor amount_minor discount_minor own_discount tax_code tax_rate tax_minor net_minor unit
    quantity_decimals cancelled_quantity"""
PAYMENT = """id kind method amount_minor tendered_minor change_minor reference provider reverses state command_id
    terminal cashier closing at"""
REFUND = "id payment_id method amount_minor reference provider"


def test_an_order_a_refund_and_a_product_tell_of_their_money(
    supervisor: Till, settle: Callable[[Answer, Till], Any], backoffice: Till
) -> None:
    list_goods(backoffice)
    found = made(supervisor, order(*BASKET, customer={"name": "Bo"}, cashier="Robin"))
    url = f"/orders/{found['id']}"
    pay = {"tenders": [{"method": "cash", "amount_minor": 1897}], "cashier": "Robin"}
    settle(supervisor.post(f"{url}/pay", pay, key="pay"), supervisor)
    result = settle(supervisor.post(f"{url}/cancel", {"cashier": "Sam"}, key="cancel"), supervisor)["result"]
    told = supervisor.get(url).body
    assert set(ORDER.split()) <= set(told)
    assert all(set(LINE.split()) <= set(one) for one in told["lines"])
    assert all(set(PAYMENT.split()) <= set(one) for one in told["payments"])
    assert [set(one) >= {"code", "name", "rate", "net_minor", "tax_minor"} for one in told["taxes"]] == [True] * 2
    assert [set(one) >= {"number", "pending", "command_id"} for one in told["credit_notes"]] == [True]
    assert {"refunds", "refunded_minor", "rounding_minor", "credit_note_number", "credit_note_pending"} <= set(result)
    assert [set(one) >= set(REFUND.split()) for one in result["refunds"]] == [True]
    assert [one["amount_minor"] for one in result["refunds"]] == [1897]
    (product,) = supervisor.get("/products?query=CHEESE").body["items"]
    assert (product["tax_code"], product["unit"], product["quantity_decimals"]) == ("std", "kg", 3)

"""What Stripe cannot count is neither taken nor given back: refused at the counter, and nothing is left behind.

Small JSON bodies through Django's test client, Stripe's own library against a Stripe of its own.
"""

from typing import Any
from uuid import UUID

import pytest

from orders.models import Authorization, PaymentInstruction
from orders.payments.outside.instruct import relay_payments
from tests.support.payments.stripe_account import StripeAccount, online
from tests.support.shop.counter import Counter, cash, parts
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till
from workers.authorize import authorize_payments

TOLD = "Stripe takes KWD in multiples of 0.010 KWD only"
LAMP = {"name": "Lamp", "price_minor": 5_120, "currency": "KWD", "tracks_stock": True}


@pytest.fixture
def lamps(shop: Shop, backoffice: Till, counter: Counter) -> None:
    """A shop in Kuwait, with three of them."""
    assert backoffice.put("/store", {"currency": "KWD"}).status == 200
    assert backoffice.put("/products/LAMP", LAMP).status in (200, 201)
    items = {"items": [{"sku": "LAMP", "quantity": 3, "location": "shop"}]}
    received = counter.settle(backoffice.post("/inventory/receive", items, key="r"), backoffice)
    assert received["outcome"]["code"] == "applied"


def order(counter: Counter, total: int = 5_120) -> str:
    line = {"sku": "LAMP", "quantity": 3, "unit_price_minor": 2_000, "discount_minor": 6_000 - total}
    created = counter.till.post("/orders", {"currency": "KWD", "fulfilment": "immediate", "lines": [line]})
    assert (created.status, created.body["total_minor"]) == (201, total), created
    id_: str = created.body["id"]
    return id_


def foretold(till: Till, kind: str, order_id: str, **body: Any) -> Any:
    item = {"key": f"{kind} of {body}", "kind": kind, "order_id": order_id, "body": body}
    return till.post("/commands?dry_run=true", [item]).body["items"][0]["outcome"]


def one_back(**more: Any) -> dict[str, Any]:
    return {"lines": [{"sku": "LAMP", "quantity": 1, "condition": "sellable"}], **more}


@pytest.fixture
def sold(lamps: None, counter: Counter, account: StripeAccount) -> str:
    """Three for 5.120, paid online."""
    order_id = order(counter)
    counter.pay(order_id, online(5_120))
    authorize_payments()
    execute([UUID(order_id)], helps=False)
    relay_payments()
    assert (counter.read(order_id, "payment_status"), account.net_minor) == (("paid",), 5_120)
    return order_id


def test_a_part_that_stripe_cannot_count_is_refused_with_its_goods(
    sold: str, counter: Counter, account: StripeAccount, shop: Shop
) -> None:
    refused = counter.command("return", sold, **one_back())["outcome"]
    assert (refused["code"], TOLD in refused["detail"]) == ("payment_does_not_match_total", True)
    assert "`refund_to`" in refused["detail"]
    assert foretold(counter.till, "return", sold, **one_back()) == refused
    assert shop.level("LAMP") == (0, 0)
    assert counter.read(sold, "refunded_minor", "payment_status", "credit_notes") == (0, "paid", [])
    assert (PaymentInstruction.objects.filter(kind="refund").count(), account.net_minor) == (0, 5_120)
    actions = counter.till.get(f"/orders/{sold}/available-actions").body["actions"]
    assert {one["kind"] for one in actions if one["allowed"]} >= {"return", "cancel"}, "there is another way"


def test_another_way_arrives_to_the_last_fils(sold: str, counter: Counter, account: StripeAccount, shop: Shop) -> None:
    back = {"refund_to": [{"method": "online", "amount_minor": 1_700}, cash(7)]}
    assert foretold(counter.till, "return", sold, **one_back(**back))["code"] == "applied"
    assert parts(counter.command("return", sold, **one_back(**back))) == [("online", 1_700), ("cash", 7)]
    relay_payments()
    assert (account.net_minor, shop.level("LAMP")) == (3_420, (1, 0))
    assert {one["state"] for one in counter.read(sold, "payments")[0]} == {"done"}


def test_all_of_it_goes_back_as_it_came(sold: str, counter: Counter, account: StripeAccount) -> None:
    assert parts(counter.command("cancel", sold)) == [("online", 5_120)]
    relay_payments()
    assert (account.net_minor, counter.read(sold, "payment_status")) == (0, ("refunded",))


@pytest.mark.usefixtures("lamps")
def test_a_pay_that_stripe_cannot_count_is_declined_and_stripe_is_not_asked(
    counter: Counter, account: StripeAccount
) -> None:
    order_id = order(counter, 5_124)
    said = foretold(counter.till, "pay", order_id, tenders=[online(5_124)])
    declined = counter.pay(order_id, online(5_124))["outcome"]
    assert (declined["code"], declined["detail"]) == (
        "payment_declined",
        f"The payment was declined. 5.124 KWD: {TOLD}.",
    )
    assert said == declined
    assert (Authorization.objects.count(), account.proxy.reached) == (0, 0)

"""Online tenders at the API: what a till may ask for, and what it is told while a payment provider is asked."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from orders.models import Authorization, Command
from tests.support.payments.paper_bank import PaperBank, banking, online
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till
from workers.authorize import authorize_payments

Settle = Callable[[Answer, Till], Any]


@pytest.fixture
def bank(db: None) -> Iterator[PaperBank]:
    with banking() as bank:
        yield bank


def pay(till: Till, order_id: UUID, *tenders: Any, key: str = "p", **more: Any) -> Answer:
    return till.post(f"/orders/{order_id}/pay", {"tenders": list(tenders), **more}, key=key)


def test_a_pay_waits_for_its_provider_and_says_so(pos: Till, bank: PaperBank, settle: Settle) -> None:
    order_id = pos.sell()
    accepted = pay(pos, order_id, online(PRICE_MINOR))
    waiting = settle(accepted, pos)
    assert (waiting["state"], waiting["outcome"], waiting["blocked_by"]) == ("awaiting", None, None)
    behind = settle(pos.post(f"/orders/{order_id}/cancel", key="c"), pos)
    assert (behind["state"], behind["blocked_by"]) == ("pending", waiting["id"])
    authorize_payments()
    execute([order_id], helps=False)
    paid = pos.get(f"/commands/{waiting['id']}").body
    assert (paid["state"], paid["result"]["payment_status"], paid["blocked_by"]) == ("succeeded", "paid", None)
    assert pay(pos, order_id, online(PRICE_MINOR)).headers["Idempotency-Replayed"] == "true"
    assert bank.verbs == ["authorize"]


def test_a_decline_tells_the_cashier_why(pos: Till, bank: PaperBank, settle: Settle) -> None:
    bank.declines["tok-empty"] = "insufficient funds"
    order_id = pos.sell()
    accepted = pay(pos, order_id, online(PRICE_MINOR, "tok-empty"))
    settle(accepted, pos)
    authorize_payments()
    execute([order_id], helps=False)
    outcome = pos.get(f"/commands/{accepted.body['id']}").body["outcome"]
    assert outcome == {
        "code": "payment_declined",
        "detail": "The payment was declined. 2.50 GBP: insufficient funds.",
        "lines": [{"tender": 0, "amount_minor": PRICE_MINOR, "reason": "insufficient funds"}],
    }


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"provider": "nobody"}, "#/tenders/0/provider"),
        ({"provider": None}, "#/tenders/0"),
        ({"token": ""}, "#/tenders/0"),
        ({"token": None}, "#/tenders/0"),
        ({"amount_minor": 0}, "#/tenders/0"),
        ({"method": "cash"}, "#/tenders/0"),
        ({"method": "card", "provider": None}, "#/tenders/0"),
    ],
)
@pytest.mark.usefixtures("bank")
def test_tenders_that_make_no_sense_are_refused_before_they_are_accepted(
    pos: Till, changed: dict[str, Any], pointer: str
) -> None:
    answer = pay(pos, pos.sell(), {**online(PRICE_MINOR), **changed})
    assert (answer.status, answer.pointers) == (422, [pointer])
    assert Command.objects.count() == 0


def test_a_shop_without_providers_takes_no_online_tender(pos: Till) -> None:
    answer = pay(pos, pos.sell(), online(PRICE_MINOR))
    assert (answer.status, answer.code, answer.pointers) == (422, "provider_not_found", ["#/tenders/0/provider"])


@pytest.mark.usefixtures("bank")
def test_an_unknown_provider_spoils_only_its_own_item_of_a_bulk(pos: Till) -> None:
    items = [
        {"key": f"k{n}", "kind": "pay", "order_id": str(pos.sell()), "body": {"tenders": [tender]}}
        for n, tender in enumerate([{**online(PRICE_MINOR), "provider": "nobody"}, online(PRICE_MINOR)])
    ]
    answers = pos.post("/commands", items).body["items"]
    assert [one["status"] for one in answers] == ["refused", "accepted"]
    assert answers[0]["problem"]["errors"][0]["pointer"] == "#/0/body/tenders/0/provider"


def test_a_dry_run_asks_nobody(pos: Till, bank: PaperBank) -> None:
    item = {"key": "k", "kind": "pay", "order_id": str(pos.sell()), "body": {"tenders": [online(PRICE_MINOR)]}}
    (told,) = pos.post("/commands?dry_run=true", [item]).body["items"]
    assert (told["status"], told["outcome"]) == ("accepted", None)
    assert bank.told == []
    assert Authorization.objects.count() == 0

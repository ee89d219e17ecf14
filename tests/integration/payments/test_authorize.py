"""Online tenders: authorized before the sale, captured after it; a pay that fails charges nobody."""

from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.journal.db.sweep import due
from orders.models import Authorization, Command, Order, Payment, PaymentInstruction
from orders.payments.outside.instruct import relay_payments
from tests.support.payments.paper_bank import PaperBank, online
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state, states
from workers.authorize import authorize_payments


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


def pay(shop: Shop, order_id: UUID, *tenders: dict[str, object], **more: Any) -> UUID:
    return shop.submit(Kind.PAY, order_id, tenders=list(tenders), **more)


def refund(method: str, amount_minor: int) -> dict[str, object]:
    return {"method": method, "amount_minor": amount_minor, "payment_id": None, "reference": None}


def waiting(command_id: UUID) -> bool:
    command = Command.objects.get(id=command_id)
    return (command.state, command.blocked_by_id) == ("awaiting", None)


def test_a_sale(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 2))
    paid = pay(shop, order_id, online(500))
    executed = execute([order_id])
    assert (executed.asks, executed.instructs, executed.settled) == (True, False, [])
    assert waiting(paid)
    assert shop.level("TEA-80") == (10, 0)
    assert bank.told == []
    assert Payment.objects.count() == 0
    assert authorize_payments() == 1
    executed = execute([order_id])
    assert (executed.asks, executed.instructs, executed.settled) == (False, True, [paid])
    assert state(paid) == "applied"
    assert shop.level("TEA-80") == (8, 0)
    assert bank.net_minor == 0
    authorization = Authorization.objects.get()
    payment = Payment.objects.get()
    assert (payment.method, payment.amount_minor, payment.authorization_id) == ("online", 500, authorization.id)
    assert relay_payments().done == 1
    assert (bank.net_minor, bank.set_aside_minor) == (500, 0)
    key = bank.told[0][1]
    assert bank.told == [("authorize", key), ("capture", f"{key}/capture/{key.partition('/')[0]}")]
    assert authorize_payments() == 0
    assert relay_payments().done == 0
    assert audit() == []


def test_an_amount_that_cannot_be_asked_for_is_declined_before_anybody_is_asked(shop: Shop, bank: PaperBank) -> None:
    """Nor for the other tenders of its pay."""
    bank.cannot_count = {201}
    order_id = shop.order(("TEA-80", 2))
    paid = pay(shop, order_id, online(299, "a"), online(201, "b"))
    executed = execute([order_id])
    assert (executed.asks, executed.settled) == (False, [paid])
    assert state(paid) == "payment_declined"
    assert shop.level("TEA-80") == (10, 0)
    assert not Authorization.objects.exists()
    assert (authorize_payments(), relay_payments().done, bank.told) == (0, 0, [])
    assert audit() == []


def test_what_cannot_go_back_is_not_taken_back_until_it_is_said_how(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 2))
    pay(shop, order_id, online(500))
    execute([order_id])
    authorize_payments()
    bank.cannot_count = {250}
    lines = [{"line_id": None, "sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
    refused = shop.submit(Kind.RETURN, order_id, lines=lines)
    refund_to = [refund("online", 240), refund("cash", 10)]
    taken_back = shop.submit(Kind.RETURN, order_id, lines=lines, refund_to=refund_to)
    execute([order_id])
    assert (state(refused), state(taken_back)) == ("payment_does_not_match_total", "applied")
    assert shop.level("TEA-80") == (9, 0)
    relay_payments()
    relay_payments()
    assert bank.net_minor == 260
    assert set(PaymentInstruction.objects.values_list("state", flat=True)) == {"done"}
    assert audit() == []


def test_several_methods_in_one_pay(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 2))
    cash = {"method": "cash", "amount_minor": 300}
    paid = pay(shop, order_id, online(100, "a"), cash, online(200, "b"))
    execute([order_id])
    authorize_payments()
    execute([order_id])
    relay_payments()
    result: Any = Command.objects.get(id=paid).result
    assert result["change_minor"] == 100
    money = Payment.objects.order_by("id").values_list("method", "amount_minor")
    assert list(money) == [("online", 100), ("cash", 200), ("online", 200)]
    assert bank.net_minor == 300
    assert audit() == []


def test_nobody_is_asked_for_a_pay_that_would_be_refused(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 11))
    paid = pay(shop, order_id, online(11 * PRICE_MINOR))
    execute([order_id])
    assert state(paid) == "stock_insufficient"
    assert Authorization.objects.count() == 0


def test_nobody_is_asked_where_no_number_is_left_and_the_shop_insists(
    own_database: str, bank: PaperBank, settings: Settings
) -> None:
    settings.INVOICE_POOL_EMPTY = "reject"
    shop = open_shop(numbers=0)
    order_id, offline_id = shop.order(("TEA-80", 1)), shop.order(("TEA-80", 1))
    online_paid, offline_paid = pay(shop, order_id, online(PRICE_MINOR)), shop.pay(offline_id)
    execute([offline_id, order_id])
    assert states([online_paid, offline_paid]) == ["invoice_pool_empty"] * 2
    assert Authorization.objects.count() == 0


def test_what_waits_takes_no_number_from_others(own_database: str, bank: PaperBank, settings: Settings) -> None:
    settings.INVOICE_POOL_EMPTY = "reject"
    shop = open_shop(numbers=1)
    first, second, third = (shop.order(("TEA-80", 1)) for _ in range(3))
    commands = [pay(shop, first, online(PRICE_MINOR)), shop.pay(second), shop.pay(third)]
    execute([first, second, third])
    assert states(commands) == ["awaiting", "applied", "invoice_pool_empty"]


def test_a_declined_pay_changes_nothing_and_voids_its_other_tenders(shop: Shop, bank: PaperBank) -> None:
    bank.declines["tok-empty"] = "insufficient funds"
    order_id = shop.order(("TEA-80", 2))
    paid = pay(shop, order_id, online(300), online(200, "tok-empty"))
    execute([order_id])
    authorize_payments()
    execute([order_id])
    command = Command.objects.get(id=paid)
    outcome: Any = command.outcome
    assert command.outcome_code == "payment_declined"
    assert outcome["lines"] == [{"tender": 1, "amount_minor": 200, "reason": "insufficient funds"}]
    assert Order.objects.get(id=order_id).payment_status == "unpaid"
    assert shop.level("TEA-80") == (10, 0)
    assert bank.set_aside_minor == 300
    assert relay_payments().done == 1
    assert (bank.set_aside_minor, bank.net_minor, bank.verbs[-1]) == (0, 0, "void")
    assert audit() == []
    again = pay(shop, order_id, online(500))
    execute([order_id])
    authorize_payments()
    execute([order_id])
    assert state(again) == "applied"


def test_stock_that_is_gone_meanwhile_voids_what_was_authorized(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 8))
    paid = pay(shop, order_id, online(8 * PRICE_MINOR))
    execute([order_id])
    other_id, other = shop.sale(("TEA-80", 5))
    execute([other_id])
    authorize_payments()
    execute([order_id])
    assert states([other, paid]) == ["applied", "stock_insufficient"]
    relay_payments()
    assert (bank.set_aside_minor, bank.verbs) == (0, ["authorize", "void"])
    assert audit() == []


def test_later_commands_of_the_order_wait_behind_it_and_others_flow(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 1))
    paid = pay(shop, order_id, online(PRICE_MINOR))
    cancelled = shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    late = shop.submit(Kind.CANCEL, order_id)
    other_id, other = shop.sale(("TEA-80", 1))
    execute([order_id, other_id])
    assert states([paid, cancelled, late, other]) == ["awaiting", "pending", "pending", "applied"]
    assert set(Command.objects.filter(state="pending").values_list("blocked_by_id", flat=True)) == {paid}
    authorize_payments()
    execute([order_id])
    assert states([paid, cancelled, late]) == ["applied", "applied", "order_cancelled"]
    relay_payments()
    assert (bank.verbs, bank.net_minor) == (["authorize", "capture", "refund"], 0)
    assert audit() == []


def test_what_waits_is_neither_swept_nor_helped(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 1))
    paid = pay(shop, order_id, online(PRICE_MINOR))
    execute([order_id])
    Command.objects.update(ring_at="2020-01-01T00:00:00Z")
    assert due(now=Command.objects.get().accepted_at, limit=10) == []
    assert execute([]).settled == []
    assert Command.objects.get(id=paid).attempts == 0
    authorize_payments()
    assert [one.command_id for one in due(now=Command.objects.get().ring_at, limit=10)] == [paid]


def test_a_deposit_online_is_given_back_online(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 4))
    shop.submit(Kind.RESERVE, order_id)
    pay(shop, order_id, online(300, "a"), partial=True)
    pay(shop, order_id, online(200, "b"), {"method": "cash", "amount_minor": 100}, partial=True)
    shop.submit(Kind.CANCEL, order_id)
    for _ in range(3):
        execute([order_id])
        authorize_payments()
    relay_payments()
    relay_payments()
    assert Order.objects.get(id=order_id).payment_status == "refunded"
    assert sorted(bank.verbs) == ["authorize", "authorize", "capture", "capture", "refund", "refund"]
    assert bank.net_minor == 0
    assert audit() == []


def test_refunds_are_spread_over_what_was_captured_and_never_more(shop: Shop, bank: PaperBank) -> None:
    order_id = shop.order(("TEA-80", 4))
    pay(shop, order_id, online(300, "a"), online(400, "b"), {"method": "card", "amount_minor": 300})
    execute([order_id])
    authorize_payments()
    for _ in range(4):
        shop.submit(
            Kind.RETURN, order_id, lines=[{"line_id": None, "sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
        )
    execute([order_id])
    pass_time(seconds=1)
    relay_payments()
    refunds = PaymentInstruction.objects.filter(kind="refund").order_by("id")
    assert [one.amount_minor for one in refunds] == [250, 50, 200, 200]
    assert set(PaymentInstruction.objects.values_list("state", flat=True)) == {"done"}
    assert Payment.objects.get(kind="refund", method="card", amount_minor=250)
    assert bank.net_minor == 0
    assert audit() == []

"""What becomes of a thing after the command that it was about is told too. This needs no server: what upkeep, other
systems and operators do is called here, and small bodies are sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from inventory.models import Hold
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing.number_late_sales import number_late_sales
from orders.models import PaymentInstruction
from orders.payments.db.instructions import retry_instructions
from orders.payments.outside.instruct import relay_payments
from orders.payments.port import PaymentRefusal
from tests.support.payments.paper_bank import PaperBank, online
from tests.support.shop.cashier import Cashier, Settle
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.credit_notes import ONE, take_pool_away
from tests.support.shop.follower import from_now
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Till
from workers.archive import archive
from workers.authorize import authorize_payments
from workers.backorders import allocate_backorders
from workers.expire import expire_holds

Tells = Callable[[Any, Callable[[], object]], Any]


@pytest.fixture
def chain(module_database: str) -> Chain:
    return open_chain(shop_code=f"shop {uuid4().hex[:12]}", other_code=f"shop {uuid4().hex[:12]}")


@pytest.fixture
def tells(chain: Chain) -> Tells:
    """The order's value, which is told once it was changed so and is what the order is then."""
    till = chain.tills[Role.AUDITOR]

    def told(order_id: object, change: Callable[[], object]) -> Any:
        follower = from_now(till)
        change()
        follower.until(lambda: ("order", str(order_id)) in follower.known)
        value = follower.known["order", str(order_id)]
        assert value == till.get(f"/orders/{order_id}").body
        return value

    return told


@pytest.fixture
def cashier(supervisor: Till, settle: Settle) -> Cashier:
    return Cashier(supervisor, settle)


def test_a_number_that_follows(cashier: Cashier, shop: Shop, tells: Tells) -> None:
    take_pool_away(shop)
    order_id = cashier.sell()
    (number,) = shop.add_numbers(1)
    told = tells(order_id, number_late_sales)
    assert (told["invoice_number"], told["invoice_pending"]) == (number, False)


def test_a_credit_notes_number_that_follows(cashier: Cashier, shop: Shop, tells: Tells) -> None:
    order_id = cashier.sell(3)
    take_pool_away(shop)
    cashier.take_back(order_id)
    (number,) = shop.add_numbers(1)
    (note,) = tells(order_id, number_late_sales)["credit_notes"]
    assert (note["number"], note["pending"]) == (number, False)


def test_the_closing_that_counts_its_payments(cashier: Cashier, tells: Tells) -> None:
    cashier.open()
    orders = [cashier.sell(), cashier.sell(2)]
    follower = from_now(cashier.till)
    told = tells(orders[0], lambda: cashier.close(10_000 + 3 * PRICE_MINOR))
    assert [one["closing"] for one in told["payments"]] == [1]
    follower.until(lambda: {("order", str(order_id)) for order_id in orders} <= follower.known.keys())


@pytest.fixture
def online_sale(shop: Shop, bank: PaperBank) -> UUID:
    """Paid online and cancelled: a capture and a refund are due."""
    order_id = shop.order(("TEA-80", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    authorize_payments()
    execute([order_id])
    return order_id


def test_what_a_provider_has_done(tells: Tells, online_sale: UUID) -> None:
    told = tells(online_sale, relay_payments)
    assert [(one["kind"], one["state"]) for one in told["payments"]] == [("payment", "done"), ("refund", "done")]


def test_what_a_provider_refuses_and_is_asked_for_again(tells: Tells, online_sale: UUID, bank: PaperBank) -> None:
    def refuses() -> str:
        raise PaymentRefusal("the authorization has expired")

    bank.next_answers = [refuses]
    told = tells(online_sale, relay_payments)
    assert [one["state"] for one in told["payments"]] == ["failed", "pending"]
    parked = list(PaymentInstruction.objects.filter(order_id=online_sale, state="parked").values_list("id", flat=True))
    told = tells(online_sale, lambda: retry_instructions(parked, by="ops", reason="asked", now=timezone.now()))
    assert [one["state"] for one in told["payments"]] == ["pending", "pending"]


@pytest.fixture
def named(supervisor: Till, settle: Settle) -> str:
    """A sale whose names stand in all places that an order shows."""
    made = {
        "id": str(uuid4()),
        "currency": "GBP",
        "fulfilment": "immediate",
        "lines": [{"sku": "TEA-80", "quantity": 1}],
        "customer": {"name": "Erika Blum"},
        "cashier": "Robin Low",
        "reference": "for Kim Ode",
    }
    assert supervisor.post("/orders", made).status == 201
    tender = {"method": "card", "amount_minor": PRICE_MINOR, "reference": "card of Uwe Fink"}
    body = {"tenders": [tender], "cashier": "Toni Blau"}
    assert settle(supervisor.post(f"/orders/{made['id']}/pay", body, key="pay"), supervisor)["state"] == "succeeded"
    return str(made["id"])


@pytest.mark.parametrize("who", ["Erika Blum", "Robin Low", "Kim Ode", "Uwe Fink", "Toni Blau"])
def test_a_person_who_is_forgotten(tells: Tells, named: str, who: str) -> None:
    told = tells(named, lambda: call_command("forget_customer", who))
    assert who not in str(told)


def test_a_person_who_is_forgotten_in_a_movement(backoffice: Till, settle: Settle, auditor: Till) -> None:
    lost = {"items": [{"sku": "MUG-RED", "quantity": 1}], "reason": "Erika Blum fell"}
    settle(backoffice.post("/inventory/write-off", lost, key="lost"), backoffice)
    follower = from_now(auditor)
    call_command("forget_customer", "Erika Blum")
    follower.until(lambda: bool(follower.known))
    (movement,) = follower.known.values()
    assert movement["reason"] == "*** fell"


def test_the_archive(pos: Till, supervisor: Till, settle: Settle, settings: Settings, tells: Tells) -> None:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/cancel", key="cancel"), pos)
    settings.ARCHIVE_AFTER_DAYS = 0
    assert tells(order_id, archive)["archived_at"]
    assert tells(order_id, lambda: supervisor.post(f"/orders/{order_id}/restore"))["archived_at"] is None


def test_a_hold_that_lapses(pos: Till, settle: Settle, tells: Tells) -> None:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/reserve", {"expires_in_s": 60}, key="r"), pos)

    def lapse() -> None:
        Hold.objects.filter(order_id=order_id).update(expires_at=timezone.now() - timedelta(seconds=1))
        expire_holds()
        execute([order_id])

    told = tells(order_id, lapse)
    assert (told["status"], told["holds"]) == ("draft", [])


def test_a_hold_that_gives_way_and_goods_that_come(
    pos: Till, backoffice: Till, settle: Settle, tells: Tells, shop: Shop
) -> None:
    order_id = pos.sell(("TEA-80", 4))
    settle(pos.post(f"/orders/{order_id}/reserve", key="r"), pos)
    counted = {"items": [{"sku": "TEA-80", "quantity": 3}], "shortage": "release"}
    told = tells(order_id, lambda: settle(backoffice.post("/inventory/count", counted, key="c"), backoffice))
    assert (told["lines"][0]["backordered_quantity"], told["holds"][0]["quantity"]) == (1, 3)

    def arrive() -> None:
        items = {"items": [{"sku": "TEA-80", "quantity": 5}]}
        settle(backoffice.post("/inventory/receive", items, key="a"), backoffice)
        allocate_backorders()
        execute([order_id])

    told = tells(order_id, arrive)
    assert (told["lines"][0]["backordered_quantity"], sum(one["quantity"] for one in told["holds"])) == (0, 4)


def test_a_part_and_the_rest_of_a_payment(pos: Till, settle: Settle, tells: Tells) -> None:
    order_id = pos.sell(("TEA-80", 2))
    settle(pos.post(f"/orders/{order_id}/reserve", key="r"), pos)

    def part(key: str) -> Callable[[], object]:
        body = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}], "partial": True}
        return lambda: settle(pos.post(f"/orders/{order_id}/pay", body, key=key), pos)

    assert tells(order_id, part("1"))["due_minor"] == PRICE_MINOR
    assert tells(order_id, part("2"))["payment_status"] == "paid"


def test_goods_that_come_back(cashier: Cashier, tells: Tells) -> None:
    order_id = cashier.sell(2)
    assert tells(order_id, lambda: cashier.take_back(order_id))["lines"][0]["returned_quantity"] == len(ONE)

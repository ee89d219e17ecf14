"""One worker for upkeep whose accounting hangs or answers late: nobody who pays online waits for it, and a sale that
finds no number is numbered at once."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from celery import current_app
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.db.void import void
from orders.journal.ring import ring
from orders.models import InvoiceNumber, InvoiceRefill, Order
from project.stack.embedded.child import wait_until
from project.stack.notices import Notices
from tests.support.accounting.simulator import Simulator, simulating
from tests.support.network.http_faults import Fault, faulty_proxy
from tests.support.payments.stripe_account import API_KEY, StripeAccount, online
from tests.support.processes.nodes import StartNode
from tests.support.shop.sales import SETTLED_WITHIN_S, sell, wait_settled
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, states

UPKEEP = ("upkeep.refill_invoice_pool", "upkeep.relay_outbox", "upkeep.relay_outbox")
PERIODS = 4
"""So often every schedule that calls accounting comes round while it hangs."""


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with simulating(tmp_path / "accounting") as simulator:
        yield simulator


@pytest.fixture
def shop(own_database: str, account: StripeAccount, stack_env: dict[str, str], settings: Settings) -> Shop:
    settings.PAYMENT_PROVIDERS = {"stripe": "orders.payments.stripe.from_settings"}
    stack_env |= {
        "PAYMENT_PROVIDERS": "stripe=orders.payments.stripe.from_settings",
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_API_BASE": account.url,
        "INVOICE_POOL_LOW": "2",
        "INVOICE_POOL_TARGET": "5",
        "INVOICE_POOL_COVERS_MIN": "0",
    }
    return open_shop(shelf={"TEA-80": 100}, numbers=5)


def ring_for(*tasks: str) -> None:
    for task in tasks:
        current_app.send_task(task)


def pay_online(shop: Shop) -> UUID:
    order_id = shop.order(("TEA-80", 1))
    command_id = shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    ring(Kind.PAY, order_id, command_id)
    return command_id


def test_who_pays_online_does_not_wait_for_accounting_that_hangs(
    shop: Shop, simulator: Simulator, stack_env: dict[str, str], node: StartNode
) -> None:
    """Entries, voids and drafts: each of its calls hangs, again and again."""
    for number in list(InvoiceNumber.objects.filter(state="free")[:4]):
        void(store_id=shop.store_id, number=number.number, reason="torn", voided_by="x", now=timezone.now())
    with faulty_proxy(simulator.url) as proxy:
        stack_env["ACCOUNTING_URL"] = proxy.url
        with proxy.faulty(Fault.HANG):
            node("worker-io")
            node("worker")
            sold = [sell(shop) for _ in range(2)]
            wait_settled(*sold)
            for _ in range(PERIODS):
                ring_for(*UPKEEP)
            assert wait_until(lambda: InvoiceRefill.objects.exists(), seconds=SETTLED_WITHIN_S)
            paid = [pay_online(shop) for _ in range(3)]
            assert wait_until(lambda: set(states(paid)) == {"applied"}, seconds=SETTLED_WITHIN_S), states(paid)
            assert not InvoiceNumber.objects.filter(state="posted").exists(), "accounting hangs all the while"
    assert audit() == []


def test_a_rush_that_empties_a_small_pool_is_numbered_without_a_schedule(
    shop: Shop, simulator: Simulator, stack_env: dict[str, str], node: StartNode
) -> None:
    """No beat runs: whoever found no number has rung for more."""
    stack_env["ACCOUNTING_URL"] = simulator.url
    node("worker-io")
    node("worker")
    waiting = Order.objects.filter(invoice_pending=True)
    for _ in range(3):
        wait_settled(*[sell(shop) for _ in range(9)])
        assert wait_until(lambda: not waiting.exists(), seconds=SETTLED_WITHIN_S)
    assert InvoiceNumber.objects.filter(order__isnull=False).count() == 27
    assert audit() == []


def test_accounting_that_is_down_shows_at_the_refills_once_a_sale_finds_no_number(
    shop: Shop, stack_env: dict[str, str], node: StartNode
) -> None:
    """And the operator's terminal is told, once."""
    stack_env["ACCOUNTING_URL"] = "http://127.0.0.1:9"
    upkeep = node("worker-io")
    node("worker")
    wait_settled(*[sell(shop) for _ in range(9)])
    failed = InvoiceRefill.objects.exclude(last_error="")
    assert wait_until(failed.exists, seconds=SETTLED_WITHIN_S)
    assert Order.objects.filter(invoice_pending=True).count() == 4

    def told() -> list[str]:
        notices = Notices()
        return [told for line in upkeep.logs().splitlines() if (told := notices.of("worker-io", line))]

    assert wait_until(lambda: bool(told()), seconds=SETTLED_WITHIN_S)
    ring_for(*UPKEEP)
    (only,) = told()
    assert only.startswith("worker-io: accounting does not answer: ")

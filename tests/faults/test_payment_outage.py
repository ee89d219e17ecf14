"""Stripe fails in every way while the shop sells: afterwards nobody was charged twice, and nothing is missing."""

import signal
import subprocess
import sys
from collections import Counter
from uuid import UUID

import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.models import Authorization, Order, Payment, PaymentInstruction
from orders.payments.outside.authorize import WORK
from orders.payments.outside.instruct import relay_payments
from project import env as environment
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.http_faults import Fault
from tests.support.payments.stripe_account import API_KEY, EMPTY, StripeAccount, online
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, state, states
from workers.authorize import authorize_payments

CHILD = """
import django
django.setup()
from {module} import {task}
{task}()
"""
PATIENCE_S = 60


@pytest.fixture
def shop(own_database: str, account: StripeAccount) -> Shop:
    return open_shop(shelf={"TEA-80": 100})


def sell_online(shop: Shop, count: int, token: str | None = None) -> list[tuple[UUID, UUID]]:
    """(order, command) of pays that were accepted and looked at."""
    sales = []
    for _ in range(count):
        order_id = shop.order(("TEA-80", 2))
        tender = online(2 * PRICE_MINOR, token) if token else online(2 * PRICE_MINOR)
        sales.append((order_id, shop.submit(Kind.PAY, order_id, tenders=[tender])))
    execute([order_id for order_id, _ in sales])
    return sales


def sell(shop: Shop) -> None:
    """A sale that goes on, whatever Stripe does."""
    order_id, command_id = shop.sale(("TEA-80", 1))
    execute([order_id])
    assert state(command_id) == "applied"


def upkeep(books: PaperBooks) -> None:
    """What the schedules do, a quarter of an hour later; and workers settle what was waited for."""
    pass_time(seconds=900)
    authorize_payments()
    execute([])
    relay_payments()
    relay_outbox(books)


@pytest.mark.parametrize("fault", Fault)
def test_money_is_right_after(shop: Shop, account: StripeAccount, fault: Fault) -> None:
    books = PaperBooks()
    before = sell_online(shop, 2)
    upkeep(books)
    waiting = sell_online(shop, 1)
    with account.faulty(fault):
        during = sell_online(shop, 2)
        declined = sell_online(shop, 1, EMPTY)
        shop.submit(Kind.CANCEL, before[0][0])
        returned = [{"line_id": None, "sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
        shop.submit(Kind.RETURN, before[1][0], lines=returned)
        execute([before[0][0], before[1][0]])
        sell(shop)
        upkeep(books)
        sell(shop)
        upkeep(books)
    shop.submit(Kind.CANCEL, during[0][0])
    for _ in range(5):
        upkeep(books)
    sold = [*before, *waiting, *during]
    assert set(states([command_id for _, command_id in sold])) == {"applied"}
    assert states([command_id for _, command_id in declined]) == ["payment_declined"]
    kept = sum(
        order.paid_minor - order.refunded_minor for order in Order.objects.filter(payments__method="online").distinct()
    )
    assert kept == (5 - 2) * 2 * PRICE_MINOR - PRICE_MINOR
    assert (account.net_minor, account.set_aside_minor) == (kept, 0)
    charged = Counter(one["metadata"]["ringup"] for one in account.intents() if one["status"] == "succeeded")
    asked = Authorization.objects.filter(state="authorized").count()
    assert (len(charged), set(charged.values())) == (asked, {1}), "each tender is charged once"
    assert len(account.refunds()) == 3
    assert set(PaymentInstruction.objects.values_list("state", flat=True)) == {"done"}
    posted = Counter(kind for _, kind in books.kinds)
    assert posted == {"sale": 7, "cancellation": 2, "return": 1}, "no posting is missing or doubled"
    assert audit() == []


@pytest.mark.parametrize(
    ("module", "task"),
    [("workers.authorize", "authorize_payments"), ("orders.payments.outside.instruct", "relay_payments")],
)
def test_who_is_killed_in_the_call_is_taken_over(
    shop: Shop, account: StripeAccount, stack_env: dict[str, str], module: str, task: str
) -> None:
    """With -9, once Stripe has answered, and before the answer gets through."""
    ((order_id, paid),) = sell_online(shop, 1)
    if task == "relay_payments":
        authorize_payments()
        account.proxy.wait_reached(seconds=PATIENCE_S)
        execute([order_id])
    stripe = {
        "PAYMENT_PROVIDERS": "stripe=orders.payments.stripe.from_settings",
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_API_BASE": account.proxy.url,
    }
    program = [sys.executable, "-c", CHILD.format(module=module, task=task)]
    with account.faulty(Fault.LATE):
        child = subprocess.Popen(program, env={**stack_env, **stripe}, cwd=environment.PROJECT_FOLDER)
        account.proxy.wait_reached(seconds=PATIENCE_S)
        child.send_signal(signal.SIGKILL)
        assert child.wait(PATIENCE_S) == -signal.SIGKILL
    assert authorize_payments() == 0, "the dead one's lease holds"
    assert relay_payments().done == 0, "the dead one's lease holds"
    pass_time(seconds=WORK.lease.total_seconds())
    authorize_payments()
    execute([order_id])
    relay_payments()
    assert state(paid) == "applied"
    assert Payment.objects.count() == 1
    assert len(account.intents()) == 1
    assert account.net_minor == 2 * PRICE_MINOR
    assert audit() == []

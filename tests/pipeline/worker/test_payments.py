"""Online payments from the till's call to Stripe, by real workers: sold, declined, split, given back, deposited."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.commands.core.roles import Role
from project.stack.embedded.child import wait_until
from tests.support.payments.stripe_account import API_KEY, EMPTY, StripeAccount, online
from tests.support.processes.nodes import StartNode, start
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.settled import when_settled
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

SETTLED_WITHIN_S = 90


@pytest.fixture
def chain(
    own_database: str, account: StripeAccount, stack_env: dict[str, str], node: StartNode, settings: Settings
) -> Iterator[Chain]:
    """Its workers reach Stripe as a shop's would."""
    settings.PAYMENT_PROVIDERS = {"stripe": "orders.payments.stripe.from_settings"}
    stack_env |= {
        "PAYMENT_PROVIDERS": "stripe=orders.payments.stripe.from_settings",
        "STRIPE_API_KEY": API_KEY,
        "STRIPE_API_BASE": account.url,
    }
    opened = open_chain()
    beat = start("beat", environ=stack_env, folder=Path(stack_env["RINGUP_HOME"]))
    for role in ("worker", "worker-io"):
        node(role)
    yield opened
    beat.kill()


def pay(till: Till, order_id: object, *tenders: dict[str, Any], key: str, **more: Any) -> Any:
    return done(till, f"/orders/{order_id}/pay", {"tenders": list(tenders), **more}, key=key)


def done(till: Till, path: str, body: Any = None, *, key: str) -> Any:
    answer = when_settled(lambda: till.post(path, body, key=key, wait=10))
    assert answer.status == 200, answer
    return answer.body


def test_the_main_ways(chain: Chain, account: StripeAccount) -> None:
    till, desk = chain.tills[Role.POS], chain.tills[Role.SUPERVISOR]
    cash = {"method": "cash", "amount_minor": PRICE_MINOR}

    sold = till.sell(("TEA-80", 2))
    paid = pay(till, sold, online(2 * PRICE_MINOR), key="sold")
    assert (paid["outcome"]["code"], paid["result"]["payment_status"]) == ("applied", "paid")
    assert pay(till, sold, online(2 * PRICE_MINOR), key="sold")["id"] == paid["id"]

    declined = till.sell(("TEA-80", 1))
    refused = pay(till, declined, online(PRICE_MINOR, EMPTY), key="declined")
    assert refused["outcome"]["code"] == "payment_declined"
    assert refused["outcome"]["lines"][0]["reason"]

    split = till.sell(("TEA-80", 2))
    assert pay(till, split, cash, online(PRICE_MINOR), key="split")["state"] == "succeeded"

    refused = pay(till, till.sell(("TEA-80", 99)), online(99 * PRICE_MINOR), key="short")
    assert refused["outcome"]["code"] == "stock_insufficient"

    held = till.sell(("TEA-80", 2))
    done(till, f"/orders/{held}/reserve", key="held")
    part = pay(till, held, online(PRICE_MINOR), key="part", partial=True)
    assert (part["result"]["payment_status"], part["result"]["due_minor"]) == ("partially_paid", PRICE_MINOR)
    assert pay(till, held, online(PRICE_MINOR), key="rest")["result"]["payment_status"] == "paid"

    assert till.get(f"/orders/{sold}").body["invoice_number"]
    done(desk, f"/orders/{split}/cancel", key="cancel")
    lines = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
    back = done(desk, f"/orders/{sold}/return", {"lines": lines}, key="return")
    assert back["result"]["refunded_minor"] == PRICE_MINOR

    def is_right() -> bool:
        return (account.net_minor, account.set_aside_minor) == (3 * PRICE_MINOR, 0)

    assert wait_until(is_right, seconds=SETTLED_WITHIN_S), account.intents()
    assert len(account.intents()) == 5
    assert audit() == []

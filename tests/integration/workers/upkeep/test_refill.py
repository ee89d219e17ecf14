"""The pool is filled from a real accounting process that fails in every way it knows, and not one number is lost."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.audit.round import audit
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import InvoiceNumber, InvoiceRefill
from tests.support.accounting.asked import Asked
from tests.support.accounting.simulator import Simulator, simulating
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states

TARGET = 20


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with simulating(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def shop(own_database: str, settings: Settings) -> Iterator[Shop]:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 10, TARGET
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = TARGET, 0
    yield open_shop(numbers=0)
    assert audit() == []


def issued(simulator: Simulator) -> set[str]:
    """All that the books ever gave away."""
    with closing(sqlite3.connect(simulator.storage / "books.sqlite3")) as books:
        return {number for (number,) in books.execute("SELECT number FROM draft")}


def pool(state: str) -> set[str]:
    return set(InvoiceNumber.objects.filter(state=state).values_list("number", flat=True))


def sell(shop: Shop, count: int) -> None:
    sales = [shop.sale(("POSTAGE", 1)) for _ in range(count)]
    execute([order_id for order_id, _ in sales])
    assert set(states([command_id for _, command_id in sales])) == {"applied"}


@pytest.mark.parametrize("mode", ["down", "lose_answer", "malformed", "slow"])
def test_a_call_without_a_usable_answer_is_repeated_under_its_key(mode: str, shop: Shop, simulator: Simulator) -> None:
    accounting = Asked(simulator.url, read_timeout_s=0.3)
    simulator.fault(mode, requests=1, delay_s=1 if mode == "slow" else 0)
    assert refill_invoice_pool(accounting) == 0
    failed = InvoiceRefill.objects.get()
    assert (failed.attempts, failed.lease_until, failed.stored_at) == (1, None, None)
    assert failed.last_error
    assert failed.next_attempt_at > failed.requested_at
    assert pool("free") == set()
    pass_time(seconds=60)
    assert refill_invoice_pool(accounting) == TARGET
    assert accounting.keys == [str(failed.id)] * 2
    assert pool("free") == issued(simulator)


def test_an_answer_that_is_only_slow_is_taken(shop: Shop, simulator: Simulator) -> None:
    simulator.fault("slow", delay_s=0.3)
    assert refill_invoice_pool(Asked(simulator.url)) == TARGET
    assert pool("free") == issued(simulator)


def test_while_accounting_is_down_it_is_asked_ever_more_rarely(shop: Shop, simulator: Simulator) -> None:
    accounting = Asked(simulator.url)
    simulator.fault("down")
    for _ in range(5):
        refill_invoice_pool(accounting)
        refill_invoice_pool(accounting)
        pass_time(seconds=60)
    assert len(accounting.keys) <= 10
    assert set(accounting.keys) == {str(InvoiceRefill.objects.get().id)}
    assert InvoiceRefill.objects.get().next_attempt_at < timezone.now()
    sell(shop, 2)
    simulator.fault("none")
    assert refill_invoice_pool(accounting) == TARGET + 2
    assert pool("free") == issued(simulator)


def test_too_few_are_made_up_for(shop: Shop, simulator: Simulator) -> None:
    """Half of what was asked for is answered; the other half was made as well, and is nobody's."""
    accounting = Asked(simulator.url)
    simulator.fault("too_few", requests=1)
    assert refill_invoice_pool(accounting) == TARGET
    assert len(set(accounting.keys)) == 2
    assert len(pool("free")) == TARGET
    assert pool("free") < issued(simulator)


def test_too_many_are_kept_as_void(shop: Shop, simulator: Simulator) -> None:
    simulator.fault("too_many", requests=1)
    assert refill_invoice_pool(Asked(simulator.url)) == TARGET
    assert (len(pool("free")), len(pool("void"))) == (TARGET, 3)
    assert pool("free") | pool("void") == issued(simulator)


def test_ids_that_were_given_before_are_not_given_again(shop: Shop, simulator: Simulator) -> None:
    """Half of the answer are numbers that sales have by now."""
    accounting = Asked(simulator.url)
    refill_invoice_pool(accounting)
    sell(shop, 15)
    sold = pool("assigned")
    simulator.fault("duplicate_ids", requests=1)
    refill_invoice_pool(accounting)
    assert pool("assigned") == sold
    assert "known before" in InvoiceRefill.objects.order_by("requested_at")[1].last_error
    sell(shop, len(pool("free")))
    assert InvoiceNumber.objects.filter(state="assigned").count() == len(pool("assigned"))
    assert len(set(InvoiceNumber.objects.filter(state="assigned").values_list("order_id", flat=True))) == len(
        pool("assigned")
    )

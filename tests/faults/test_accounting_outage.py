"""Accounting fails in every way while the shop sells: afterwards the books are right, and no sale has noticed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from orders.accounting.outside.relay import relay_outbox
from orders.accounting.port import Accounting
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.number_late_sales import number_late_sales
from orders.invoicing.outside.refill import WORK, refill_invoice_pool
from orders.models import InvoiceNumber, JournalEntry, Order
from tests.support.accounting.accounting import SimulatorBooks, simulator_books
from tests.support.network.http_faults import UNHEARD, Fault
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states

POOL = 6
"""It runs empty during the fault."""
"""However long one waits: the test's patience would be spent on each request."""


@pytest.fixture
def books(tmp_path: Path) -> Iterator[SimulatorBooks]:
    with simulator_books(tmp_path) as books:
        yield books


@pytest.fixture
def shop(settings: Settings, own_database: str) -> Shop:
    settings.INVOICE_POOL_LOW = 2
    settings.INVOICE_POOL_TARGET = settings.INVOICE_POOL_TARGET_MAX = POOL
    return open_shop(numbers=0)


def sell(shop: Shop, count: int) -> list[UUID]:
    """Sales that went on: each is paid for."""
    sales = [shop.sale(("POSTAGE", 1)) for _ in range(count)]
    execute([order_id for order_id, _ in sales])
    assert states([command_id for _, command_id in sales]) == ["applied"] * count
    return [order_id for order_id, _ in sales]


def upkeep(accounting: Accounting) -> None:
    """What the schedules do, a minute later."""
    pass_time(seconds=WORK.lease.total_seconds())
    relay_outbox(accounting)
    refill_invoice_pool(accounting)
    number_late_sales()


@pytest.mark.parametrize("fault", Fault)
def test_the_books_are_right_after(books: SimulatorBooks, shop: Shop, fault: Fault) -> None:
    upkeep(books.accounting)
    before = sell(shop, 3)
    meanwhile = books.hasty if fault in UNHEARD else books.accounting
    with books.proxy.faulty(fault):
        during = sell(shop, 2)
        upkeep(meanwhile)
        during += sell(shop, 4)
        for order_id, kind in ((before[0], Kind.CANCEL), (during[0], Kind.CANCEL), (during[-1], Kind.CANCEL)):
            shop.submit(kind, order_id)
        execute([before[0], during[0], during[-1]])
        upkeep(meanwhile)
    after = sell(shop, 2)
    for _ in range(4):
        upkeep(books.accounting)
    sales = [*before, *during, *after]
    cancelled = {before[0], during[0], during[-1]}
    numbers = dict(InvoiceNumber.objects.filter(order__isnull=False).values_list("order_id", "number"))
    assert set(numbers) == set(sales), "each sale has its number"
    assert len(set(numbers.values())) == len(sales)
    assert not Order.objects.filter(invoice_pending=True).exists()
    expected = Counter((numbers[order_id], "sale") for order_id in sales)
    expected.update((numbers[order_id], "cancellation") for order_id in cancelled)
    assert Counter((one.invoice_number, one.kind) for one in books.booked()) == expected
    assert set(JournalEntry.objects.values_list("state", flat=True)) == {"posted"}
    booked_as = {one.reference for one in books.booked()}
    assert set(JournalEntry.objects.values_list("accounting_reference", flat=True)) == booked_as
    in_pool = set(InvoiceNumber.objects.values_list("number", flat=True))
    assert in_pool == set(books.issued()), "no ID is lost"
    assert audit() == []


@pytest.mark.parametrize("mode", ["duplicate_ids", "too_few", "too_many"])
def test_answers_that_lie_about_ids_double_none(shop: Shop, tmp_path: Path, mode: str) -> None:
    with simulator_books(tmp_path) as books:
        upkeep(books.accounting)
        sales = sell(shop, 5)
        books.simulator.fault(mode, requests=2)
        for _ in range(5):
            upkeep(books.accounting)
        sales += sell(shop, POOL)
        numbers = InvoiceNumber.objects.filter(order__in=sales).values_list("number", flat=True)
        assert len(numbers) == len(set(numbers)) == len(sales)
        upkeep(books.accounting)
        assert Counter(one.invoice_number for one in books.booked()) == Counter(numbers)
        assert audit() == []

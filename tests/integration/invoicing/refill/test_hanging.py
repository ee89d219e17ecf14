"""Accounting that hangs costs a refill one wait, however many stores there are; one for which it is slow comes last."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from orders.accounting.port import AccountingFault
from orders.audit.round import audit
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import InvoiceNumber, InvoiceRefill
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.passing_time import pass_time
from tests.support.shop.shop import Shop, open_shop

NO_ANSWER = fails(AccountingFault("no answer"))


@pytest.fixture(autouse=True)
def waits(settings: Settings, own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pools of 20; any wait without an answer is too long."""
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 20
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = 100, 0
    monkeypatch.setattr(refill, "VAIN_MAX_S", 0)
    yield
    assert audit() == []


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=0)


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


def numbers(shop: Shop) -> int:
    return InvoiceNumber.objects.filter(store_id=shop.store_id, state="free").count()


def test_accounting_that_hangs_is_waited_for_once_a_run(shop: Shop, books: PaperBooks) -> None:
    for n in range(4):
        open_shop(f"harbour-{n}", numbers=0)
    for run in range(1, 4):
        books.next_answers = [NO_ANSWER] * 5
        assert (refill_invoice_pool(books), len(books.asked)) == (0, run)
    asked = InvoiceRefill.objects.filter(attempts=1)
    assert asked.count() == 3, "each run asked for another store"


def test_a_store_for_which_accounting_is_slow_comes_last(shop: Shop, books: PaperBooks) -> None:
    harbour = open_shop("harbour", numbers=0)
    books.next_answers = [NO_ANSWER]
    assert refill_invoice_pool(books) == 0
    pass_time(seconds=61)
    books.answers_for = {"corner": NO_ANSWER}
    assert refill_invoice_pool(books) == 20
    assert (numbers(shop), numbers(harbour)) == (0, 20)
    slow = InvoiceRefill.objects.get(store_id=shop.store_id)
    assert (slow.attempts, slow.last_error) == (2, "no answer")

"""Refills that meet, and refills that die at each of their recovery points."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from base.outside.share import Share
from orders.audit.round import audit
from orders.invoicing.db import refill as rows
from orders.invoicing.db.refill import Refill, store_free
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import WORK, refill_invoice_pool
from orders.models import InvoiceNumber, InvoiceRefill
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.passing_time import pass_time
from tests.support.shop.shop import Shop, open_shop


@pytest.fixture(autouse=True)
def shop(settings: Settings, own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(
        refill, "WORK", replace(refill.WORK, share=Share(2, task="upkeep.refill_invoice_pool"))
    )  # as in two processes
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 20
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = 20, 0
    yield open_shop(numbers=0)
    assert audit() == []
    assert sorted(InvoiceNumber.objects.values_list("number", flat=True)) == [f"corner/{n:05}" for n in range(1, 21)]


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


def dies(*_: Any, **__: Any) -> Any:
    raise SystemExit("killed")


def killed_at(step: str, books: PaperBooks, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as broken:
        broken.setattr(rows if hasattr(rows, step) else refill, step, dies)
        with pytest.raises(SystemExit):
            refill_invoice_pool(books)


def taken_over(books: PaperBooks) -> None:
    """By the next refill, once the lease of the dead one has lapsed, and not before."""
    asked = len(books.asked)
    assert refill_invoice_pool(books) == 0
    assert len(books.asked) == asked
    pass_time(seconds=WORK.lease.total_seconds())
    assert refill_invoice_pool(books) == 20


def test_killed_before_the_call(books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at("ask", books, monkeypatch)
    assert InvoiceRefill.objects.get().fetched_at is None
    taken_over(books)
    assert len(books.asked) == 1


def test_killed_with_the_answer_in_hand(books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at("fetched", books, monkeypatch)
    assert InvoiceRefill.objects.get().answered is None
    taken_over(books)
    assert [key for key, _ in books.asked] == [str(InvoiceRefill.objects.get().id)] * 2


@pytest.mark.parametrize("step", ["read_draft_answer", "store_free", "close"])
def test_killed_once_the_answer_was_kept(step: str, books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at(step, books, monkeypatch)
    kept = InvoiceRefill.objects.get()
    assert (kept.answered, kept.stored_at) == (books.made[str(kept.id)], None)
    assert not InvoiceNumber.objects.exists()
    taken_over(books)
    assert len(books.asked) == 1, "accounting is not asked for what is known"


def test_killed_before_the_lease(books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    killed_at("lease", books, monkeypatch)
    assert refill_invoice_pool(books) == 20
    assert InvoiceRefill.objects.count() == 1


def test_one_refill_at_a_time_asks(books: PaperBooks) -> None:
    gate = Gate()
    slow = begin(lambda: refill_invoice_pool(_Gated(books, gate.before)))
    gate.wait_reached()
    assert refill_invoice_pool(books) == 0
    gate.open()
    assert slow.result(PATIENCE_S) == 20
    assert len(books.asked) == 1


def test_who_comes_back_after_the_lease_lapsed_stores_nothing_twice(books: PaperBooks) -> None:
    gate = Gate()
    late = begin(lambda: refill_invoice_pool(_Gated(books, gate.after)))
    gate.wait_reached()
    pass_time(seconds=WORK.lease.total_seconds())
    assert refill_invoice_pool(books) == 20
    gate.open()
    assert late.result(PATIENCE_S) == 0
    assert [key for key, _ in books.asked] == [str(InvoiceRefill.objects.get().id)] * 2


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_that_store_the_same_refill_count_its_numbers_once(
    books: PaperBooks, is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock on the refill both come to insert."""
    if not is_locked:
        without_lock(monkeypatch, about="FROM orders_invoicerefill")
    killed_at("read_draft_answer", books, monkeypatch)
    row = InvoiceRefill.objects.get()
    assert row.lease_until is not None
    fetched = Refill(row.id, row.count, row.attempts, row.lease_until, row.answered)
    inserts, gate = [], Gate()

    def counted(**what: Any) -> int:
        inserts.append(threading.get_ident())
        return store_free(**what)

    monkeypatch.setattr(rows, "store_free", gate.before(counted))
    first = begin(lambda: refill._store(fetched))
    gate.wait_reached()
    second = begin(lambda: refill._store(fetched))
    until_done_or_waiting(second)
    gate.open()
    assert sorted([first.result(PATIENCE_S), second.result(PATIENCE_S)]) == [(0, 0), (20, 20)]
    assert (len(inserts) == 1) is is_locked


class _Gated:
    """Paper books with a gate before or after the call."""

    def __init__(self, books: PaperBooks, gate: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        self.draft_ids = gate(books.draft_ids)

"""A call to accounting that outlasts its lease while another refill runs: no invoice ID is lost, none is doubled."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from base.outside.share import Share
from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.audit.round import audit
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import WORK, refill_invoice_pool
from orders.models import InvoiceNumber, InvoiceRefill
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.passing_time import pass_time
from tests.support.shop.shop import open_shop

REFUSES = fails(AccountingRefusal("one is enough"))
FAILS = fails(AccountingFault("no answer"))


@pytest.fixture(autouse=True)
def empty(settings: Settings, own_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        refill, "WORK", replace(refill.WORK, share=Share(3, task="upkeep.refill_invoice_pool"))
    )  # as in three processes
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 20
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = 20, 0
    open_shop(numbers=0)
    yield
    assert audit() == []


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


class Answering:
    """Accounting that a gate stops before it answers what the books say."""

    def __init__(self, answer: Callable[..., Sequence[Any]]) -> None:
        self.gate = Gate()
        self.asked = 0
        self._answer = answer

    def draft_ids(self, **asked: Any) -> Sequence[Any]:
        self.asked += 1
        return self.gate.after(self._answer_or_none)(**asked)()

    def _answer_or_none(self, **asked: Any) -> Callable[[], Sequence[Any]]:
        try:
            answer = self._answer(**asked)
        except (AccountingFault, AccountingRefusal) as error:
            return fails(error)
        return lambda: answer


def outlasting(accounting: Answering) -> "Future[int]":
    """A refill whose call goes on when its lease has lapsed."""
    late = begin(lambda: refill_invoice_pool(accounting))
    accounting.gate.wait_reached()
    pass_time(seconds=WORK.lease.total_seconds())
    return late


def come_back(late: "Future[int]", accounting: Answering) -> int:
    accounting.gate.open()
    return late.result(PATIENCE_S)


def free() -> list[str]:
    return sorted(InvoiceNumber.objects.filter(state="free").values_list("number", flat=True))


def made(books: PaperBooks) -> list[str]:
    return sorted(number for of_key in books.made.values() for number in of_key)


def test_what_a_late_answer_brings_is_kept_though_the_holder_was_refused(books: PaperBooks) -> None:
    slow = Answering(books.draft_ids)
    late = outlasting(slow)
    books.next_answers = [REFUSES]
    assert refill_invoice_pool(books) == 0
    assert InvoiceRefill.objects.get().stored_at is not None, "the next one has another key"
    assert come_back(late, slow) == 20
    assert free() == made(books)
    over = InvoiceRefill.objects.get()
    assert (over.answered, over.stored_count, over.last_error) == (books.made[str(over.id)], 20, "")


@pytest.mark.parametrize("says", [REFUSES, FAILS])
def test_a_late_no_takes_nothing_from_who_holds_the_lease(
    books: PaperBooks, says: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: 0)
    slow, holding = Answering(lambda **_: says()), Answering(books.draft_ids)
    late = outlasting(slow)
    holder = begin(lambda: refill_invoice_pool(holding))
    holding.gate.wait_reached()
    assert come_back(late, slow) == 0
    assert refill_invoice_pool(books) == 0, "somebody holds the lease"
    assert len(books.asked) == 1
    assert come_back(holder, holding) == 20
    assert free() == made(books)


def test_two_answers_under_one_key_are_both_kept(books: PaperBooks) -> None:
    """Of an accounting system that forgets its keys: it has made them all."""
    slow = Answering(books.draft_ids)
    late = outlasting(slow)
    forgotten = books.made.popitem()[1]
    assert refill_invoice_pool(books) == 20
    assert come_back(late, slow) == 20
    assert free() == sorted([*forgotten, *made(books)])
    assert InvoiceRefill.objects.get().stored_count == 40


def test_the_same_answer_late_adds_nothing(books: PaperBooks) -> None:
    slow = Answering(books.draft_ids)
    late = outlasting(slow)
    assert refill_invoice_pool(books) == 20
    assert come_back(late, slow) == 0
    assert free() == made(books)
    assert InvoiceRefill.objects.get().stored_count == 20

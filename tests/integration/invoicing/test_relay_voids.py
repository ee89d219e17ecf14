"""Accounting hears of every number that was voided, however often it takes, and of no other."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.invoicing.db import void_notices
from orders.invoicing.db.void import void
from orders.invoicing.outside.tell_voids import AFTER_REFUSAL, relay_voids
from orders.models import InvoiceNumber, VoidNotice
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, begin, until_done_or_waiting
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=5)


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


def void_one(shop: Shop) -> str:
    number = InvoiceNumber.objects.filter(state="free").order_by("id")[0].number
    assert void(store_id=shop.store_id, number=number, reason="torn", voided_by="night shift", now=timezone.now())
    return number


def notice_of(number: str) -> VoidNotice:
    return VoidNotice.objects.get(number__number=number)


def make_due(number: str) -> None:
    VoidNotice.objects.filter(number__number=number).update(next_attempt_at=timezone.now())


def test_each_void_is_told_once_with_its_reason(shop: Shop, books: PaperBooks) -> None:
    numbers = [void_one(shop), void_one(shop)]
    assert relay_voids(books) == 2
    assert books.voided == [("corner", number, "torn") for number in numbers]
    assert all(notice_of(number).told_at is not None for number in numbers)
    assert relay_voids(books) == 0


def test_a_number_that_is_not_free_leaves_no_notice(shop: Shop, books: PaperBooks) -> None:
    number = void_one(shop)
    assert not void(store_id=shop.store_id, number=number, reason="torn", voided_by="x", now=timezone.now())
    assert relay_voids(books) == 1


def test_a_fault_ends_the_run_and_is_told_again_after_a_pause(shop: Shop, books: PaperBooks) -> None:
    first, second = void_one(shop), void_one(shop)
    books.next_answers = [fails(AccountingFault("no answer"))]
    assert relay_voids(books) == 0
    assert (notice_of(first).last_error, notice_of(first).attempts, notice_of(second).attempts) == ("no answer", 1, 0)
    make_due(first)
    assert relay_voids(books) == 2
    assert (notice_of(first).last_error, notice_of(first).attempts) == ("", 2)


def test_a_refusal_holds_up_no_other_and_is_tried_again_much_later(shop: Shop, books: PaperBooks) -> None:
    refused, other = void_one(shop), void_one(shop)
    books.next_answers = [fails(AccountingRefusal("cancelling is not allowed"))]
    before = timezone.now()
    assert relay_voids(books) == 1
    assert (notice_of(refused).told_at, notice_of(refused).last_error) == (None, "cancelling is not allowed")
    assert notice_of(refused).next_attempt_at >= before + AFTER_REFUSAL
    assert notice_of(other).told_at is not None


def test_one_that_somebody_tells_just_now_is_left_to_them(shop: Shop, books: PaperBooks) -> None:
    number = void_one(shop)
    now = timezone.now()
    leased = void_notices.lease_due(now=now, until=now + timedelta(seconds=60))
    assert leased is not None
    assert leased.number == number
    assert relay_voids(books) == 0
    make_due(number)
    assert relay_voids(books) == 1, "a killed holder's lapses"
    void_notices.failed(leased, error="late", next_attempt_at=now)
    assert notice_of(number).last_error == "", "who comes late changes nothing"


def test_a_call_that_outlasts_its_lease_takes_the_notice_from_nobody(shop: Shop) -> None:
    number = void_one(shop)
    now = timezone.now()
    late = void_notices.lease_due(now=now, until=now + timedelta(seconds=60))
    make_due(number)
    now = timezone.now()
    holder = void_notices.lease_due(now=now, until=now + timedelta(seconds=60))
    assert late is not None
    assert holder is not None
    void_notices.failed(late, error="late", next_attempt_at=now)
    assert notice_of(number).next_attempt_at == holder.leased_until
    void_notices.failed(holder, error="no answer", next_attempt_at=now)
    void_notices.told(late, now=now)
    assert notice_of(number).told_at == now, "it was told all the same"


def lease_one() -> str:
    now = timezone.now()
    leased = void_notices.lease_due(now=now, until=now + timedelta(seconds=60))
    return leased.number if leased else "none"


@pytest.mark.parametrize("skips", [True, False])
def test_two_relays_tell_of_different_ones_and_neither_waits(
    shop: Shop, skips: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the second waits for the first, and then tells of the same one."""
    if not skips:
        without_lock(monkeypatch, about="SET next_attempt_at = %(until)s")
    first, second = void_one(shop), void_one(shop)
    with transaction.atomic():
        assert lease_one() == first
        other = begin(lease_one)
        until_done_or_waiting(other)
        assert other.done() is skips
    assert other.result(PATIENCE_S) == (second if skips else first)

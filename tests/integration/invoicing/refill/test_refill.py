"""The pool is filled as fast as it empties, and no invoice ID is lost or doubled on the way."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.audit.round import audit
from orders.invoicing.db.pool import sample
from orders.invoicing.db.refill import request
from orders.invoicing.number_late_sales import number_late_sales
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import pools_below_low_mark, refill_invoice_pool
from orders.models import InvoiceNumber, InvoicePool, InvoiceRefill
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

NO_ANSWER = fails(AccountingFault("no answer"))
NOW = timezone.now()


@pytest.fixture(autouse=True)
def quiet(settings: Settings, own_database: str) -> Iterator[None]:
    """Whatever the burn rate, the marks are 5 and 20."""
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 20
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = 100, 0
    yield
    assert audit() == []


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=0)


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


def numbers(shop: Shop, state: str = "free") -> list[str]:
    found = InvoiceNumber.objects.filter(store_id=shop.store_id, state=state).order_by("id")
    return list(found.values_list("number", flat=True))


def sell(shop: Shop, count: int) -> None:
    execute([shop.sale(("POSTAGE", 1))[0] for _ in range(count)])


def last() -> InvoiceRefill:
    return InvoiceRefill.objects.latest("requested_at")


def test_a_low_pool_is_filled_to_its_target_and_is_then_left_alone(shop: Shop, books: PaperBooks) -> None:
    assert refill_invoice_pool(books) == 20
    assert numbers(shop) == [f"corner/{n:05}" for n in range(1, 21)]
    done = last()
    assert (done.count, done.stored_count, done.last_error, done.lease_until) == (20, 20, "", None)
    assert done.requested_at <= done.fetched_at <= done.stored_at  # type: ignore[operator]
    assert set(InvoiceNumber.objects.values_list("refill", flat=True)) == {done.id}
    sell(shop, 15)
    assert refill_invoice_pool(books) == 0
    assert pools_below_low_mark([shop.store_id]) == []
    sell(shop, 1)
    assert pools_below_low_mark([shop.store_id]) == [shop.store_id]
    assert refill_invoice_pool(books) == 16
    assert books.asked == [(key, count) for key, count in zip(books.made, (20, 16), strict=True)]


@pytest.mark.parametrize("target", [16_384, 32_767, 100_000])
def test_a_pool_may_be_large(shop: Shop, target: int) -> None:
    now = timezone.now()
    request(store_id=shop.store_id, refill_id=uuid4(), low=1_000, target=target, count_max=2_000, now=now)
    assert last().count == 2_000


@pytest.mark.parametrize("name", ["orders.invoicing.from_sequence", "tests.support.shop.generators.own_numbers"])
def test_a_pool_that_no_sale_takes_from_is_left_alone(
    name: str, shop: Shop, books: PaperBooks, settings: Settings
) -> None:
    settings.INVOICE_NUMBER_GENERATOR = name
    sell(shop, 3)
    assert pools_below_low_mark([shop.store_id]) == []
    assert (refill_invoice_pool(books), books.asked) == (0, [])
    assert not InvoiceRefill.objects.exists()


def test_a_large_pool_is_filled_by_several_requests(
    shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refill, "COUNT_MAX", 8)
    assert refill_invoice_pool(books) == 20
    assert [count for _, count in books.asked] == [8, 8, 4]


def test_sales_that_wait_for_a_number_count_as_numbers_taken(shop: Shop, books: PaperBooks) -> None:
    sell(shop, 30)
    assert refill_invoice_pool(books) == 50
    assert number_late_sales() == 30
    assert len(numbers(shop)) == 20


def test_a_pool_that_empties_fast_is_filled_sooner_and_kept_fuller(
    shop: Shop, books: PaperBooks, settings: Settings
) -> None:
    settings.INVOICE_POOL_COVERS_MIN = 30
    refill_invoice_pool(books)
    InvoicePool.objects.update(burn_per_minute=1)
    sell(shop, 13)
    assert pools_below_low_mark([shop.store_id]) == []
    sell(shop, 1)
    assert pools_below_low_mark([shop.store_id]) == [shop.store_id], "6 are left, and the low mark of 5 grew to 7"
    refill_invoice_pool(books)
    assert 30 <= len(numbers(shop)) <= 100


def test_the_burn_rate_is_what_sales_took(shop: Shop, books: PaperBooks) -> None:
    refill_invoice_pool(books)
    sell(shop, 4)
    pass_time(seconds=120)
    refill_invoice_pool(books)
    assert InvoicePool.objects.get().burn_per_minute == pytest.approx(1, rel=0.05), "2 a minute have half of the say"


def test_the_target_stays_within_its_bound(shop: Shop, books: PaperBooks, settings: Settings) -> None:
    settings.INVOICE_POOL_COVERS_MIN = 30
    refill_invoice_pool(books)
    sell(shop, 20)
    pass_time(seconds=1)
    refill_invoice_pool(books)
    assert len(numbers(shop)) == 100


def test_a_fault_is_noted_and_asked_again_under_the_same_key_after_a_pause(shop: Shop, books: PaperBooks) -> None:
    books.next_answers = [NO_ANSWER]
    assert refill_invoice_pool(books) == 0
    assert (last().last_error, last().attempts, last().lease_until) == ("no answer", 1, None)
    pass_time(seconds=1)
    assert refill_invoice_pool(books) == 20
    assert [key for key, _ in books.asked] == [str(last().id)] * 2


def test_the_pauses_grow_to_their_cap(shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []

    def longest(least: float, most: float) -> float:
        drawn.append((least, most))
        return most

    monkeypatch.setattr("random.uniform", longest)
    for _ in range(8):
        books.next_answers = [NO_ANSWER]
        refill_invoice_pool(books)
        refill_invoice_pool(books)
        pass_time(seconds=60)
    assert drawn == [(0, most) for most in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert len(books.asked) == 8


def test_a_refusal_is_over_and_the_next_request_has_another_key_and_waits_as_long(
    shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda _, most: most)
    for n in range(1, 4):
        books.next_answers = [fails(AccountingRefusal("answered 422: series closed"))]
        assert refill_invoice_pool(books) == 0
        assert (last().attempts, last().stored_count, last().last_error) == (n, 0, "answered 422: series closed")
        assert refill_invoice_pool(books) == 0
        pass_time(seconds=2 ** (n - 1))
    assert refill_invoice_pool(books) == 20
    assert len({key for key, _ in books.asked}) == len(books.asked) == 4
    assert last().attempts == 4


@pytest.mark.parametrize(
    ("answer", "free", "void", "note"),
    [
        (["A-1", "A-2"], ["A-1", "A-2"], [], "asked for 20, answered 2"),
        (["A-1", "A-1"], ["A-1"], [], "asked for 20, answered 2: 1 twice in the answer"),
        (["A-1", 7, None, " "], ["A-1"], [], "asked for 20, answered 4: 3 not a number"),
        (["OLD-1", "A-1"], ["A-1"], [], "asked for 20, answered 2: 1 known before"),
        (
            [f"A-{n:02}" for n in range(22)],
            [f"A-{n:02}" for n in range(20)],
            ["A-20", "A-21"],
            "asked for 20, answered 22: 2 not asked for, and void",
        ),
    ],
)
def test_a_wrong_answer_is_used_as_far_as_it_goes_and_reported(
    shop: Shop, answer: list[Any], free: list[str], void: list[str], note: str
) -> None:
    InvoiceNumber.objects.bulk_create([InvoiceNumber(store_id=shop.store_id, number="OLD-1", fetched_at=NOW)])
    sell(shop, 1)
    books = PaperBooks(next_answers=[lambda: answer, NO_ANSWER])
    assert refill_invoice_pool(books) == len(free)
    assert (numbers(shop), numbers(shop, "void")) == (free, void)
    assert numbers(shop, "assigned") == ["OLD-1"], "another order's number stays its own"
    done = InvoiceRefill.objects.get(stored_at__isnull=False)
    assert (done.last_error, done.stored_count) == (note, len(free) + len(void))
    assert set(InvoiceNumber.objects.filter(state="void").values_list("void_reason", flat=True)) <= {"not asked for"}


@pytest.mark.parametrize("rubbish", [[], [None], ["OLD-1"], [" "] * 20])
def test_an_answer_without_any_use_is_kept_and_the_next_request_has_another_key(
    shop: Shop, books: PaperBooks, rubbish: list[Any]
) -> None:
    InvoiceNumber.objects.bulk_create([InvoiceNumber(store_id=shop.store_id, number="OLD-1", fetched_at=NOW)])
    books.next_answers = [lambda: rubbish]
    assert refill_invoice_pool(books) == 0
    vain = last()
    assert (vain.stored_count, vain.attempts, len(vain.answered or [])) == (0, 1, len(rubbish))
    assert vain.last_error.startswith(f"asked for 19, answered {len(rubbish)}")
    pass_time(seconds=1)
    assert refill_invoice_pool(books) == 19
    assert last().id != vain.id


def test_one_stores_adapter_that_breaks_holds_up_no_other_store(shop: Shop, books: PaperBooks) -> None:
    harbour = open_shop("harbour", numbers=0)
    books.next_answers = [fails(KeyError("series"))]
    assert refill_invoice_pool(books) == 20
    assert (len(numbers(shop)), len(numbers(harbour))) == (0, 20)
    assert InvoiceRefill.objects.get(store_id=shop.store_id).last_error == "a fault of the program: 'series'"


def test_each_store_has_its_own_series(shop: Shop, books: PaperBooks) -> None:
    harbour = open_shop("harbour", numbers=0)
    refill_invoice_pool(books)
    assert {number.partition("/")[0] for number in numbers(shop)} == {"corner"}
    assert {number.partition("/")[0] for number in numbers(harbour)} == {"harbour"}


def test_a_sample_counts_what_sales_took_and_nothing_else(shop: Shop, books: PaperBooks) -> None:
    refill_invoice_pool(books)
    pass_time(seconds=1200)
    assert sample(shop.store_id, now=timezone.now()).burn_per_minute == pytest.approx(0, abs=0.01)

"""Entries reach accounting in order, however often it takes, and are booked once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from base.outside.lease_loop import Ran
from orders.accounting.outside import relay
from orders.accounting.outside.relay import relay_outbox
from orders.accounting.port import AccountingFault, AccountingRefusal, Posting
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.number_late_sales import number_late_sales
from orders.models import InvoiceNumber, InvoicePool, JournalEntry
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database", "full_pauses")

NO_ANSWER = fails(AccountingFault("no answer"))
REFUSAL = fails(AccountingRefusal("answered 422: no account revenue"))


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=20)


@pytest.fixture
def books() -> PaperBooks:
    return PaperBooks()


def sell(shop: Shop) -> UUID:
    order_id, _ = shop.sale(("POSTAGE", 1))
    execute([order_id], helps=False)
    return order_id


def cancel(shop: Shop, order_id: UUID) -> None:
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id], helps=False)


def entries(order_id: UUID) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(order_id=order_id).order_by("seq"))


def number_of(order_id: UUID) -> str:
    return InvoiceNumber.objects.get(order_id=order_id).number


def states(*order_ids: UUID) -> list[str]:
    return [entry.state for order_id in order_ids for entry in entries(order_id)]


def test_a_sale_is_posted_and_so_is_its_number(shop: Shop, books: PaperBooks) -> None:
    order_id = sell(shop)
    assert relay_outbox(books) == Ran(done=1)
    (entry,) = entries(order_id)
    assert (entry.state, entry.accounting_reference, entry.last_error) == ("posted", "JE-1", "")
    assert entry.posted_at is not None
    [(key, told)] = books.told
    assert (key, told.kind, told.currency) == (f"corner/{number_of(order_id)}", "sale", "GBP")
    assert (told.invoice_number, told.occurred_at) == (number_of(order_id), entry.created_at)
    assert told.postings == (Posting("card", PRICE_MINOR), Posting("revenue", -PRICE_MINOR))
    number = InvoiceNumber.objects.get(order_id=order_id)
    assert (number.state, number.posted_at) == ("posted", entry.posted_at)
    assert InvoicePool.objects.get().posted == 1
    assert relay_outbox(books) == Ran()
    assert audit() == []


def test_what_takes_a_sale_back_follows_it_and_names_its_number(shop: Shop, books: PaperBooks) -> None:
    order_id = sell(shop)
    cancel(shop, order_id)
    assert relay_outbox(books).done == 2
    number = number_of(order_id)
    assert books.kinds == [(number, "sale"), (number, "cancellation")]
    assert books.told[1][1].postings == (Posting("card", -PRICE_MINOR), Posting("revenue", PRICE_MINOR))
    assert [entry.accounting_reference for entry in entries(order_id)] == ["JE-1", "JE-2"]
    assert InvoicePool.objects.get().posted == 2, "that of the sale and that of the credit note"
    assert audit() == []


def test_an_entry_waits_for_the_one_before_it_and_no_other_order_does(shop: Shop, books: PaperBooks) -> None:
    stuck, other = sell(shop), sell(shop)
    cancel(shop, stuck)
    books.answers_for[number_of(stuck)] = NO_ANSWER
    relay_outbox(books)
    assert states(stuck, other) == ["pending", "pending", "posted"]
    assert (number_of(stuck), "cancellation") not in books.kinds
    books.answers_for.clear()
    pass_time(seconds=60)
    relay_outbox(books)
    assert states(stuck) == ["posted", "posted"]


def test_entries_wait_for_the_number_of_their_sale_and_of_their_credit_note(books: PaperBooks) -> None:
    shop = open_shop(numbers=0)
    kept, cancelled = sell(shop), sell(shop)
    cancel(shop, cancelled)
    assert relay_outbox(books) == Ran()
    assert audit() == []
    shop.add_numbers(2)
    number_late_sales()
    assert relay_outbox(books).done == 2
    assert audit() == []
    shop.add_numbers(1)
    number_late_sales()
    assert relay_outbox(books).done == 1
    assert books.kinds == [
        (number_of(kept), "sale"),
        (number_of(cancelled), "sale"),
        (number_of(cancelled), "cancellation"),
    ]
    assert audit() == []


def test_a_fault_is_noted_and_repeated_under_the_same_key_after_a_pause(shop: Shop, books: PaperBooks) -> None:
    order_id = sell(shop)
    books.next_answers = [NO_ANSWER]
    assert relay_outbox(books) == Ran(failed=1)
    (entry,) = entries(order_id)
    assert (entry.state, entry.attempts, entry.last_error, entry.lease_until) == ("pending", 1, "no answer", None)
    pass_time(seconds=1)
    assert relay_outbox(books) == Ran(done=1)
    assert [key for key, _ in books.told] == [f"corner/{number_of(order_id)}"] * 2
    assert entries(order_id)[0].last_error == ""


def test_the_pauses_grow_to_their_cap_and_are_anything_up_to_it(
    shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[float, float]] = []

    def longest(least: float, most: float) -> float:
        drawn.append((least, most))
        return most

    monkeypatch.setattr("random.uniform", longest)
    sell(shop)
    for _ in range(8):
        books.next_answers = [NO_ANSWER]
        relay_outbox(books)
        assert relay_outbox(books) == Ran(), "before its time"
        pass_time(seconds=60)
    assert drawn == [(0, most) for most in (1, 2, 4, 8, 16, 32, 60, 60)]


def test_accounting_that_is_down_is_asked_twice_a_run_and_no_more(shop: Shop, books: PaperBooks) -> None:
    orders = [sell(shop) for _ in range(5)]
    books.next_answers = [NO_ANSWER] * 9
    assert relay_outbox(books) == Ran(failed=2)
    assert len(books.told) == 2
    assert [entry.attempts for order_id in orders for entry in entries(order_id)] == [1, 1, 0, 0, 0]
    books.next_answers = []
    pass_time(seconds=1)
    assert relay_outbox(books).done == 5


def test_what_was_leased_and_not_tried_is_given_back(shop: Shop, books: PaperBooks) -> None:
    orders = [sell(shop) for _ in range(8)]
    books.answers_for = {number_of(order_id): NO_ANSWER for order_id in orders[3:6]}
    assert relay_outbox(books) == Ran(done=3, failed=2)
    assert states(*orders) == ["posted"] * 3 + ["pending"] * 5
    assert [entries(order_id)[0].lease_until for order_id in orders[3:]] == [None] * 5
    assert [entries(order_id)[0].attempts for order_id in orders[3:]] == [1, 1, 0, 0, 0]


def test_an_outage_parks_nothing_however_long_it_lasts(
    shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "WORK", replace(relay.WORK, attempts_max=3))
    order_id = sell(shop)
    books.next_answers = [NO_ANSWER] * 10
    for _ in range(10):
        relay_outbox(books)
        pass_time(seconds=60)
    assert (states(order_id), entries(order_id)[0].attempts) == (["pending"], 10)
    assert relay_outbox(books).done == 1


def test_an_entry_that_fails_while_others_pass_is_parked_in_the_end(
    shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "WORK", replace(relay.WORK, attempts_max=3))
    poison = sell(shop)
    cancel(shop, poison)
    books.answers_for[number_of(poison)] = NO_ANSWER
    seen = []
    for _ in range(3):
        sell(shop)
        relay_outbox(books)
        pass_time(seconds=60)
        seen.append(states(poison)[0])
    assert seen == ["pending", "pending", "parked"]
    assert entries(poison)[0].last_error == "no answer"
    sell(shop)
    assert relay_outbox(books) == Ran(done=1)
    assert states(poison) == ["parked", "pending"]
    assert audit() == []


def test_a_refusal_is_parked_at_once(shop: Shop, books: PaperBooks) -> None:
    refused, other = sell(shop), sell(shop)
    books.answers_for[number_of(refused)] = REFUSAL
    assert relay_outbox(books) == Ran(done=1, refused=1)
    assert states(refused, other) == ["parked", "posted"]
    assert entries(refused)[0].last_error == "answered 422: no account revenue"
    assert InvoiceNumber.objects.get(order_id=refused).state == "assigned"
    pass_time(seconds=3600)
    assert relay_outbox(books) == Ran()


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (fails(ZeroDivisionError("by zero")), "a fault of the program: by zero"),
        (fails(AccountingFault("\x00\ud800")), "it does not say why"),
        (lambda: "", "the answer has no reference"),
        (lambda: None, "the answer has no reference"),
        (lambda: "JE\x00", "the answer has no reference"),
        (lambda: "J" * 101, "the answer has no reference"),
    ],
)
def test_an_adapter_that_breaks_at_one_entry_holds_up_no_other(
    shop: Shop, books: PaperBooks, broken: object, error: str
) -> None:
    breaking, other = sell(shop), sell(shop)
    books.answers_for[number_of(breaking)] = broken  # type: ignore[assignment]
    assert relay_outbox(books) == Ran(done=1, failed=1)
    assert states(breaking, other) == ["pending", "posted"]
    assert entries(breaking)[0].last_error == error


def test_a_run_has_an_end(shop: Shop, books: PaperBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = sell(shop)
    monkeypatch.setattr(relay, "WORK", replace(relay.WORK, lease=timedelta(seconds=-1)))
    assert relay_outbox(books) == Ran()
    (entry,) = entries(order_id)
    assert entry.attempts == 0
    assert entry.lease_until is None
    assert books.told == []
    monkeypatch.setattr(relay, "WORK", replace(relay.WORK, run_max_s=-1))
    assert relay_outbox(books) == Ran()

"""Tryton that does not answer, or answers that somebody else is at it. Each time the books are right afterwards."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import psycopg
import pytest

from orders.accounting.port import AccountingFault, AccountingRefusal, Posting
from orders.accounting.tryton import TrytonAccounting, drafts, posting
from orders.accounting.tryton.rpc import Record
from orders.accounting.tryton.values import as_day, read_day
from orders.commands.core.tenders import EntryKind
from project.stack.embedded.child import wait_until
from tests.support.accounting.accounting import OCCURRED_AT, entry
from tests.support.network.http_faults import Fault
from tests.support.tryton.books import TrytonBooks, tryton_books
from tests.support.tryton.server import PASSWORD, Tryton

TO_NUMBER = [b"account.invoice.create", b"account.invoice.set_number"]
TO_BOOK = [b"account.invoice.post", b"account.move.create", b"account.move.post", b"reconcile_lines.execute"]
TO_SELL = [b"account.invoice.write", *TO_BOOK]
TO_VOID = [b"account.invoice.write", b"account.invoice.cancel"]
DEPOSITED = (Posting("cash", 250), Posting("deposits", -250))
SEQUENCES = "SELECT FROM ir_sequence_strict FOR UPDATE"


@pytest.fixture(scope="module")
def books(tryton: Tryton) -> Iterator[TrytonBooks]:
    with tryton_books(tryton) as books:
        yield books


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"tryton {request.node.name}"


@pytest.fixture
def number(books: TrytonBooks, key: str) -> str:
    (made,) = books.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"number of {key}")
    return str(made)


@contextmanager
def somebody_numbers(tryton: Tryton) -> Iterator[psycopg.Connection]:
    """Holds what Tryton locks before it takes a number."""
    with psycopg.connect(tryton.database_url) as connection:
        connection.execute(SEQUENCES)
        yield connection


def test_an_answer_lost_at_any_step_makes_no_draft_twice(books: TrytonBooks, key: str) -> None:
    before = len(books.issued())
    for step in TO_NUMBER:
        with books.proxy.faulty(Fault.CUT, only=step), pytest.raises(AccountingFault):
            books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    made = books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    assert made == books.issued()[before:]


def test_what_takes_too_long_goes_on_in_the_next_attempt(
    books: TrytonBooks, key: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(books.issued())
    monkeypatch.setattr(drafts, "AT_ONCE", 2)
    monkeypatch.setattr(drafts, "CALL_MAX_S", -1)
    with pytest.raises(AccountingFault, match="2 of 3 drafts are there"):
        books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    monkeypatch.setattr(posting, "CALL_MAX_S", -1)
    with pytest.raises(AccountingFault, match="takes longer"):
        books.accounting.post(entry(number), idempotency_key=key)
    monkeypatch.undo()
    made = books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    assert made == books.issued()[before:]


def test_an_answer_lost_at_any_step_books_nothing_twice(books: TrytonBooks, key: str, number: str) -> None:
    (note,) = books.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"note of {key}")
    for kind, own in ((EntryKind.SALE, None), (EntryKind.RETURN, note)):
        told = entry(number, kind, credit_note_number=own)
        for step in TO_SELL:
            with books.proxy.faulty(Fault.CUT, only=step), pytest.raises(AccountingFault):
                books.accounting.post(told, idempotency_key=f"{key} {kind}")
        reference = books.accounting.post(told, idempotency_key=f"{key} {kind}")
        (booked,) = [one for one in books.booked() if (one.invoice_number, one.kind) == (number, kind)]
        assert (booked.postings, booked.reference) == (told.postings, reference)
        assert len(books.moves_of(books.invoice(reference))) == 2


def test_an_answer_lost_at_any_step_voids_once(books: TrytonBooks, number: str) -> None:
    for step in TO_VOID:
        with books.proxy.faulty(Fault.CUT, only=step), pytest.raises(AccountingFault):
            books.accounting.void(store_code="main", number=number, reason="torn receipt")
    books.accounting.void(store_code="main", number=number, reason="torn receipt")
    assert books.voided()[number] == "torn receipt"


def test_a_post_waits_for_the_numbers_that_another_one_takes(
    books: TrytonBooks, tryton: Tryton, key: str, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.accounting.tryton.rpc.TRIES_MAX", 60)  # however late this thread lets go
    refused_before = books.proxy.answered[503]
    with ThreadPoolExecutor(1) as pool, somebody_numbers(tryton) as connection:
        asked = pool.submit(books.accounting.post, entry(number), idempotency_key=key)
        assert wait_until(lambda: books.proxy.answered[503] > refused_before, seconds=120)
        connection.rollback()
        assert asked.result() == number
    assert [one.reference for one in books.booked() if one.invoice_number == number] == [number]


def test_a_series_that_stays_held_is_a_fault_and_loses_no_number(books: TrytonBooks, tryton: Tryton, key: str) -> None:
    before = len(books.issued())
    with somebody_numbers(tryton), pytest.raises(AccountingFault, match="answered 503"):
        books.accounting.draft_ids(store_code="main", count=2, idempotency_key=key)
    assert books.issued()[before:] == [None, None]
    made = books.accounting.draft_ids(store_code="main", count=2, idempotency_key=key)
    assert made == books.issued()[before:]


def test_drafts_that_cannot_be_numbered_wait_for_their_numbers(books: TrytonBooks, key: str) -> None:
    """A refusal would be the end of the request, and each further one would make drafts of its own."""
    before = len(books.issued())
    for _ in range(2):
        with (
            closed_period(books, datetime.now(UTC).date()),
            pytest.raises(AccountingFault, match=r"have no number yet: .*period"),
        ):
            books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    made = books.accounting.draft_ids(store_code="main", count=3, idempotency_key=key)
    assert made == books.issued()[before:]


def own_number(books: TrytonBooks, key: str, number: str, kind: EntryKind) -> str | None:
    """A credit note's, of what was sold before; others have none."""
    if kind is not EntryKind.RETURN:
        return None
    books.accounting.post(entry(number), idempotency_key=f"{key} sale")
    (own,) = books.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"note of {key}")
    return str(own)


@contextmanager
def closed_period(books: TrytonBooks, day: date) -> Iterator[None]:
    """What is of that day is refused."""
    on = as_day(day)
    domain = [["start_date", "<=", on], ["end_date", ">=", on], ["type", "=", "standard"]]
    found = books.rpc.search("account.period", domain, ["state"], limit=2)
    for period in found:
        books.rpc.call("model.account.period.close", [period["id"]])
    try:
        yield
    finally:
        for period in found:
            reopen(books, period)


def reopen(books: TrytonBooks, period: Record) -> None:
    books.rpc.call("model.account.period.reopen", [period["id"]])
    closed = [["period", "=", period["id"]], ["state", "=", "closed"]]
    journals = books.rpc.search("account.journal.period", closed, ["state"], limit=100)
    books.rpc.call("model.account.journal.period.reopen", [one["id"] for one in journals])


@pytest.mark.parametrize("kind", [EntryKind.SALE, EntryKind.RETURN, EntryKind.DEPOSIT])
def test_what_is_of_a_closed_month_is_entered_on_the_first_open_day_and_says_so(
    books: TrytonBooks, key: str, number: str, kind: EntryKind
) -> None:
    own = own_number(books, key, number, kind)
    first_open = OCCURRED_AT.date().replace(day=1)
    closed = first_open - timedelta(days=1)
    postings = DEPOSITED if kind is EntryKind.DEPOSIT else entry(number, kind).postings
    told = entry(number, kind, day=closed, postings=postings, credit_note_number=own)
    with closed_period(books, closed):
        reference = books.accounting.post(told, idempotency_key=key)
    moves = books.find("account.move", ["ringup_key", "=", key])
    if kind is not EntryKind.DEPOSIT:
        invoice = books.invoice(reference)
        moves += books.moves_of(invoice)
        assert f", of {closed} when the books were closed" in invoice["description"]
    assert {read_day(move["date"]) for move in moves} == {first_open}
    assert kind is not EntryKind.DEPOSIT or f", of {closed} when the books were closed" in moves[0]["description"]


@pytest.mark.parametrize("kind", [EntryKind.SALE, EntryKind.RETURN, EntryKind.DEPOSIT])
def test_what_is_of_an_earlier_month_is_entered_on_its_own_day(
    books: TrytonBooks, key: str, number: str, kind: EntryKind
) -> None:
    own = own_number(books, key, number, kind)
    day = OCCURRED_AT.date().replace(day=1) - timedelta(days=1)
    postings = DEPOSITED if kind is EntryKind.DEPOSIT else entry(number, kind).postings
    told = entry(number, kind, day=day, postings=postings, credit_note_number=own)
    reference = books.accounting.post(told, idempotency_key=key)
    moves = books.find("account.move", ["ringup_key", "=", key])
    if kind is not EntryKind.DEPOSIT:
        moves += books.moves_of(books.invoice(reference))
    assert {read_day(move["date"]) for move in moves} == {day}
    assert not [move for move in moves if "closed" in (move["description"] or "")]


@pytest.mark.parametrize("kind", [EntryKind.SALE, EntryKind.RETURN])
def test_what_is_refused_leaves_nothing_and_may_come_again(
    books: TrytonBooks, key: str, number: str, kind: EntryKind
) -> None:
    own = own_number(books, key, number, kind)
    with closed_period(books, OCCURRED_AT.date()), pytest.raises(AccountingRefusal, match="you must reopen the period"):
        books.accounting.post(entry(number, kind, credit_note_number=own), idempotency_key=key)
    assert books.find("account.invoice", ["ringup_entry", "=", key]) == []
    assert books.find("account.invoice.line", ["invoice.state", "=", "draft"]) == []
    reference = books.accounting.post(entry(number, kind, credit_note_number=own), idempotency_key=key)
    assert [one.kind for one in books.booked() if one.reference == reference] == [kind]


def test_two_keys_at_once_sell_a_number_once(books: TrytonBooks, key: str, number: str) -> None:
    def post(nth: int) -> str:
        try:
            return books.accounting.post(entry(number), idempotency_key=f"{key} {nth}")
        except AccountingRefusal:
            return "refused"

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(post, range(3)))
    assert answers == sorted([number, "refused", "refused"])
    assert [one.postings for one in books.booked() if one.invoice_number == number] == [entry(number).postings]


def test_a_session_that_is_over_is_begun_anew(books: TrytonBooks, tryton: Tryton, key: str, number: str) -> None:
    """Its user was logged in when the number was made."""
    with psycopg.connect(tryton.database_url) as connection:
        connection.execute("DELETE FROM ir_session")
    assert books.accounting.post(entry(number), idempotency_key=key) == number


def test_a_wrong_password_is_a_fault_that_does_not_tell_it(tryton: Tryton) -> None:
    wrong = TrytonAccounting(tryton.url.replace(quote(PASSWORD), "hunter2hunter2"))
    with pytest.raises(AccountingFault, match="does not accept the login") as fault:
        wrong.draft_ids(store_code="main", count=1, idempotency_key="nobody's")
    assert "hunter2" not in str(fault.value)


def test_a_name_that_the_books_lack_is_a_fault_of_all_entries(tryton: Tryton) -> None:
    with pytest.raises(AccountingFault, match=r"Tryton has no party\.party with name Nobody"):
        TrytonAccounting(f"{tryton.url}?party=Nobody").post(entry("MAIN-1"), idempotency_key="nobody's")

"""What Tryton's own books say afterwards."""

from collections.abc import Iterator
from typing import Any

import pytest

from orders.accounting.port import AccountingRefusal, Posting
from orders.commands.core.tenders import EntryKind
from tests.support.accounting.accounting import OCCURRED_AT, entry
from tests.support.tryton.books import RECEIVABLE, TrytonBooks, tryton_books
from tests.support.tryton.server import Tryton

SPLIT = (Posting("cash", 100), Posting("card", 150), Posting("revenue", -250))


@pytest.fixture(scope="module")
def books(tryton: Tryton) -> Iterator[TrytonBooks]:
    with tryton_books(tryton) as books:
        yield books


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    return f"tryton {request.node.name}"


@pytest.fixture
def number(books: TrytonBooks, key: str) -> str:
    return draft(books, key)


def draft(books: TrytonBooks, key: str, *, store_code: str = "main") -> str:
    (made,) = books.accounting.draft_ids(store_code=store_code, count=1, idempotency_key=f"number of {key}")
    return str(made)


def test_a_sale_is_an_invoice_of_its_number_paid_by_what_was_tendered(
    books: TrytonBooks, key: str, number: str
) -> None:
    assert books.accounting.post(entry(number, postings=SPLIT), idempotency_key=key) == number
    invoice = books.invoice(number)
    assert (invoice["state"], invoice["total_amount"]["decimal"], invoice["journal."]["code"]) == (
        "posted",
        "2.50",
        "main",
    )
    sold_on = {"__class__": "date", "year": OCCURRED_AT.year, "month": OCCURRED_AT.month, "day": OCCURRED_AT.day}
    assert invoice["invoice_date"] == sold_on
    assert invoice["reconciled"] is not None
    revenue, money = books.moves_of(invoice)
    assert [(one["state"], one["journal."]["code"], one["date"]) for one in (revenue, money)] == [
        ("posted", "main", sold_on),
        ("posted", "CASH", sold_on),
    ]
    assert sorted(books.postings_of(revenue), key=str) == [Posting(RECEIVABLE, 250), Posting("revenue", -250)]
    assert books.postings_of(money) == [Posting("cash", 100), Posting("card", 150), Posting(RECEIVABLE, -250)]


def test_what_is_taken_back_is_a_credit_note(books: TrytonBooks, key: str, number: str) -> None:
    """Of a part; a cancelled sale is one of all."""
    books.accounting.post(entry(number, postings=SPLIT), idempotency_key=key)
    back = (Posting("cash", -40), Posting("card", -60), Posting("revenue", 100))
    own = draft(books, f"{key} back")
    told = entry(number, EntryKind.RETURN, postings=back, credit_note_number=own)
    assert books.accounting.post(told, idempotency_key=f"{key} back") == own
    note = books.invoice(own)
    assert (note["reference"], note["state"], note["total_amount"]["decimal"]) == (number, "posted", "-1.00")
    assert note["reconciled"] is not None
    (line,) = books.find("account.invoice.line", ["invoice", "=", note["id"]])
    (sold,) = books.invoice(number)["lines"]
    assert line["origin"] == f"account.invoice.line,{sold}"
    revenue, money = books.moves_of(note)
    assert set(books.postings_of(revenue)) == {Posting(RECEIVABLE, -100), Posting("revenue", 100)}
    assert books.postings_of(money) == [Posting("cash", -40), Posting("card", -60), Posting(RECEIVABLE, 100)]


def test_a_sale_of_nothing_is_an_invoice_of_nothing(books: TrytonBooks, key: str, number: str) -> None:
    books.accounting.post(entry(number, postings=(Posting("revenue", 0),)), idempotency_key=key)
    invoice = books.invoice(number)
    assert (invoice["state"], invoice["total_amount"]["decimal"]) == ("posted", "0.00")


def test_a_store_with_a_journal_has_its_own_series(books: TrytonBooks, key: str) -> None:
    numbers = [draft(books, f"{key} {store_code}", store_code=store_code) for store_code in ("main", "other", "third")]
    assert [number.rstrip("0123456789") for number in numbers] == ["MAIN-", "OTHER-", ""]


def test_a_void_number_stays_in_its_series(books: TrytonBooks, key: str, number: str) -> None:
    books.accounting.void(store_code="main", number=number, reason="torn receipt")
    void = books.invoice(number)
    assert (void["state"], void["comment"], void["total_amount"]["decimal"]) == (
        "cancelled",
        "Void: torn receipt",
        "0.00",
    )
    assert int(draft(books, f"{key} next").removeprefix("MAIN-")) == int(number.removeprefix("MAIN-")) + 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"currency": "EUR"}, "the books are in GBP, not in EUR"),
        ({"postings": (Posting("petty cash", 5), Posting("revenue", -5))}, "Tryton has no account petty cash"),
        ({"postings": (Posting("cash", 5), Posting("card", -5))}, "none of the accounts is one of revenue"),
        ({"invoice_number": "never made"}, "Tryton has no invoice never made"),
        ({"kind": EntryKind.DEPOSIT}, "a deposit is no revenue"),
        ({"kind": EntryKind.CLOSING}, "a closing is no revenue"),
    ],
)
def test_what_the_books_cannot_take_is_refused(
    books: TrytonBooks, key: str, number: str, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(AccountingRefusal, match=said):
        books.accounting.post(entry(number, **changed), idempotency_key=key)
    assert books.invoice(number)["state"] == "draft"

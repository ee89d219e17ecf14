"""What Tryton's own report of taxes says: to the penny what customers were told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from orders.accounting.port import AccountingRefusal, Entry, Posting
from orders.accounting.tryton import TrytonAccounting
from orders.accounting.tryton.values import as_day
from orders.commands.core.tenders import EntryKind
from tests.support.accounting.accounting import OCCURRED_AT, PATIENCE_S, entry, taxed
from tests.support.tryton.books import TrytonBooks, minor, tryton_books
from tests.support.tryton.server import Tryton

RETURN = EntryKind.RETURN


@pytest.fixture(scope="module")
def books(tryton: Tryton) -> Iterator[TrytonBooks]:
    with tryton_books(tryton) as books:
        yield books


@pytest.fixture
def code(request: pytest.FixtureRequest) -> str:
    """A tax of this test's own: a report is of all that was ever posted."""
    return f"std {request.node.name}"[:64]


@pytest.fixture
def number(books: TrytonBooks, code: str) -> str:
    (made,) = books.accounting.draft_ids(store_code="main", count=1, idempotency_key=f"number of {code}")
    return str(made)


def told(number: str, *postings: Posting, kind: EntryKind = EntryKind.SALE) -> Entry:
    cash = -sum(one.amount_minor for one in postings)
    return entry(number, kind, postings=(Posting("cash", cash), *postings))


def post(books: TrytonBooks, code: str, *entries: Entry) -> list[str]:
    notes = books.accounting.draft_ids(store_code="main", count=len(entries), idempotency_key=f"notes of {code}")
    numbered = [
        one if one.kind is EntryKind.SALE else replace(one, credit_note_number=note)
        for one, note in zip(entries, notes, strict=True)
    ]
    return [books.accounting.post(one, idempotency_key=f"{code} {nth}") for nth, one in enumerate(numbered)]


def test_a_tax_is_what_the_customer_was_told_whatever_tryton_would_work_out(
    books: TrytonBooks, code: str, number: str
) -> None:
    """20 % of 12.47 are 2.49; of prices with their tax they were 2.50."""
    untaxed = Posting("revenue", -150)
    post(books, code, told(number, *taxed(code, 1247, 250), *taxed(f"red {code}", 238, 12, "5"), untaxed))
    invoice = books.invoice(number)
    assert (invoice["state"], invoice["total_amount"]["decimal"]) == ("posted", "18.97")
    assert invoice["reconciled"] is not None
    assert books.tax_report(code, f"red {code}") == {(code, "20"): (1247, 250), (f"red {code}", "5"): (238, 12)}


def test_what_comes_back_is_taken_off_part_by_part(books: TrytonBooks, code: str, number: str) -> None:
    parts = [(277, 56), (279, 55), (277, 56)]
    back = [told(number, *taxed(code, -net, -tax), kind=EntryKind.RETURN) for net, tax in parts]
    post(books, code, told(number, *taxed(code, 833, 167)), *back[:2])
    assert books.tax_report(code) == {(code, "20"): (277, 56)}
    post(books, f"{code} last", back[2])
    assert books.tax_report(code) == {(code, "20"): (0, 0)}


def test_the_chart_of_tax_codes_and_the_lines_of_the_day_say_the_same(
    books: TrytonBooks, code: str, number: str
) -> None:
    """As docs/day.md has an accountant read them."""
    post(books, code, told(number, *taxed(code, 1247, 250)), told(number, *taxed(code, -831, -167), kind=RETURN))
    (tax,) = books.find("account.tax", ["name", "=", code])
    assert [books.tax_code(tax["id"], amount) for amount in ("base", "tax")] == [416, 83]
    day = [["move_line.move.date", "=", as_day(OCCURRED_AT.date())]]
    lines = books.find("account.tax.line", ["tax.name", "=", code], *day)
    sums = {kind: sum(minor(one["amount"]) for one in lines if one["type"] == kind) for kind in ("base", "tax")}
    assert sums == {"base": 416, "tax": 83}


def test_a_credit_note_names_the_line_of_its_tax(books: TrytonBooks, code: str, number: str) -> None:
    sale = told(number, *taxed(code, 1000, 200), *taxed(code, 500, 0, "0"), Posting("revenue", -70))
    back = told(number, *taxed(code, -500, 0, "0"), kind=EntryKind.RETURN)
    _, note = post(books, code, sale, back)
    sold = books.find("account.invoice.line", ["invoice.number", "=", number])
    (line,) = books.find("account.invoice.line", ["invoice.number", "=", note])
    assert [one["amount"]["decimal"] for one in sold] == ["10.00", "5.00", "0.70"]
    assert line["origin"] == f"account.invoice.line,{sold[1]['id']}"


def test_what_is_sold_at_nothing_percent_is_reported(books: TrytonBooks, code: str, number: str) -> None:
    """Also what is sold without the tax that it usually has."""
    post(books, code, told(number, *taxed(code, 315, 0, "0"), *taxed(code, 100, 20)))
    assert books.tax_report(code) == {(code, "0"): (315, 0), (code, "20"): (100, 20)}


@pytest.mark.parametrize(
    ("net", "tax", "rate"), [(0, 1, "100"), (1, 0, "20"), (1999, 177, "8.875"), (90071992547409, 1, "0.0001")]
)
def test_amounts_and_rates_of_all_kinds(
    books: TrytonBooks, code: str, number: str, net: int, tax: int, rate: str
) -> None:
    post(books, code, told(number, *taxed(code, net, tax, rate)))
    assert books.tax_report(code) == {(code, rate): (net, tax)}


def test_a_part_whose_tax_is_more_than_itself(books: TrytonBooks, code: str, number: str) -> None:
    """Of a line of 3 with a tax of 2, cut in pieces: a piece of 0 is a tax of 1 and -1 of revenue."""
    back = told(number, *taxed(code, 1, -1), kind=EntryKind.RETURN)
    post(books, code, told(number, *taxed(code, 1, 2)), back)
    assert books.tax_report(code) == {(code, "20"): (2, 1)}


def test_the_accountants_own_tax_is_taken(books: TrytonBooks, code: str, number: str) -> None:
    account = books.rpc.search("account.account", [["code", "=", "tax"]], ["code"], limit=1)[0]["id"]
    own = {"name": code, "description": "VAT as we file it", "type": "percentage"}
    rate = {"__class__": "Decimal", "decimal": "0.2"}
    accounts = {"invoice_account": account, "credit_note_account": account}
    company = books.rpc.company
    books.rpc.call("model.account.tax.create", [{**own, **accounts, "rate": rate, "company": company}])
    post(books, code, told(number, *taxed(code, 1247, 250)))
    (found,) = books.find("account.tax", ["name", "=", code])
    assert found["description"] == "VAT as we file it"
    assert books.tax_report(code) == {(code, "20"): (1247, 250)}


def test_two_who_need_a_tax_make_it_once(books: TrytonBooks, code: str) -> None:
    numbers = books.accounting.draft_ids(store_code="main", count=3, idempotency_key=f"numbers of {code}")

    def post_alone(number: str) -> str:
        """By an adapter that knows nothing yet."""
        alone = TrytonAccounting(books.proxied_url, read_timeout_s=PATIENCE_S)
        return alone.post(told(number, *taxed(code, 100, 20)), idempotency_key=number)

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(post_alone, numbers)) == list(numbers)
    assert books.tax_report(code) == {(code, "20"): (300, 60)}


@pytest.mark.parametrize("half", [0, 1])
def test_revenue_without_its_tax_or_a_tax_without_revenue_is_refused(
    books: TrytonBooks, code: str, number: str, half: int
) -> None:
    only = ("revenue", "tax")[half]
    postings = (Posting("revenue", -5), taxed(code, 100, 20)[half])
    with pytest.raises(AccountingRefusal, match=f"of {code} 20 % there is only the {only}"):
        post(books, code, told(number, *postings))
    assert books.invoice(number)["state"] == "draft"

"""A day with all that a day may bring, as Tryton's books and its report of taxes tell it: it is our day's report."""

from collections import Counter
from collections.abc import Iterable

import pytest

from orders.accounting.port import Posting
from orders.audit.round import audit
from orders.models import JournalEntry
from tests.support.samples.whole_day import BY_ACCOUNT, BY_CLOSING, KINDS, KIOSK, TAXES, Kiosk, open_kiosk
from tests.support.shop.reports import report, today
from tests.support.tryton.books import TrytonBooks
from tests.support.tryton.chosen import filled, relayed


@pytest.fixture
def kiosk(own_database: str) -> Kiosk:
    """Nobody else in Tryton's books is called so, or has these taxes: its report is of all that was ever posted."""
    return open_kiosk()


def test_a_day_in_trytons_books_is_our_report_of_it(books: TrytonBooks, kiosk: Kiosk) -> None:
    filled()
    kiosk.spend_the_day()
    relayed()
    entries = JournalEntry.objects.order_by("seq").values_list("kind", "state", "last_error")
    assert list(entries) == [(kind, "posted", "") for kind in KINDS]
    booked = [one for one in books.booked() if one.store_code == KIOSK]
    assert sums(posting for one in booked for posting in one.postings) == BY_ACCOUNT
    (closing,) = (one for one in booked if one.kind == "closing")
    assert (closing.invoice_number, sums(closing.postings)) == (f"Z{kiosk.cashier.terminal}-1", BY_CLOSING)
    ours = report(kiosk.backoffice, today(kiosk.backoffice))
    assert books.tax_report("std", "red") == TAXES
    assert {(one["code"], one["rate"]): (one["net_minor"], one["tax_minor"]) for one in ours["taxes"]} == TAXES
    of_sales = sums(posting for one in booked if one is not closing for posting in one.postings)
    assert {one["method"]: one["amount_minor"] for one in ours["methods"]} == {
        method: of_sales[method] for method in ("cash", "card", "transfer", "voucher")
    }
    assert (ours["rounding_minor"], ours["deposits_minor"]) == (-of_sales["rounding"], -of_sales["deposits"])
    turnover = ours["sales"]["total_minor"] - ours["refunds"]["total_minor"]
    assert turnover == -(of_sales["revenue"] + of_sales["tax"])
    assert audit() == []


def sums(postings: Iterable[Posting]) -> dict[str, int]:
    by_account: Counter[str] = Counter()
    for one in postings:
        by_account[one.account] += one.amount_minor
    return dict(by_account)

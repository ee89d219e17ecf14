"""Each store's own account names, and entries that were parked because of one."""

import pytest
from django.utils import timezone

from base.outside.lease_loop import Ran
from inventory.models import Product, Tax, TaxRate
from orders.accounting.core import ACCOUNTS
from orders.accounting.db import retry_entries
from orders.accounting.outside.relay import relay_outbox
from orders.accounting.port import AccountingFault, AccountingRefusal, Posting
from orders.audit.round import audit
from orders.commands.core.tenders import Method
from orders.models import Account, JournalEntry
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def shop() -> Shop:
    return open_shop(numbers=5)


def sell(shop: Shop) -> None:
    order_id, _ = shop.sale(("POSTAGE", 1))
    execute([order_id], helps=False)


def told(books: PaperBooks) -> list[tuple[Posting, ...]]:
    return [entry.postings for _, entry in books.told]


def postings(card: str, revenue: str) -> tuple[Posting, ...]:
    return (Posting(card, PRICE_MINOR), Posting(revenue, -PRICE_MINOR))


def test_every_method_has_an_account_and_so_has_what_else_is_posted() -> None:
    assert set(ACCOUNTS) == {*Method, "revenue", "tax", "deposits", "rounding", "cash_transfer", "cash_difference"}


def test_a_store_has_its_own_names_for_accounts(shop: Shop) -> None:
    other, books = open_shop("harbour", numbers=5), PaperBooks()
    Account.objects.create(store_id=shop.store_id, name="card", account="1360")
    Account.objects.create(store_id=other.store_id, name="revenue", account="8400")
    sell(shop)
    sell(other)
    relay_outbox(books)
    assert told(books) == [postings("1360", "revenue"), postings("card", "8400")]
    assert JournalEntry.objects.first().postings == [["card", PRICE_MINOR], ["revenue", -PRICE_MINOR]]  # type: ignore[union-attr]
    assert audit() == []


def test_a_tax_has_an_account_of_its_own_a_code_and_a_rate(shop: Shop) -> None:
    """Else all taxes share one."""
    for code, account in (("std", "2200"), ("red", "")):
        tax = Tax.objects.create(store_id=shop.store_id, code=code, name=f"VAT {code}", account=account)
        TaxRate.objects.create(store_id=shop.store_id, tax=tax, valid_from=timezone.now().date(), rate="25")
    Account.objects.create(store_id=shop.store_id, name="tax", account="1700")
    books, tax_minor = PaperBooks(), PRICE_MINOR // 5
    for code in ("std", "red"):
        Product.objects.filter(sku="POSTAGE").update(tax_code=code)
        sell(shop)
    relay_outbox(books)
    assert told(books) == [
        (
            Posting("card", PRICE_MINOR),
            Posting("revenue", tax_minor - PRICE_MINOR, code, "25"),
            Posting(account, -tax_minor, code, "25", is_tax=True),
        )
        for code, account in (("std", "2200"), ("red", "1700"))
    ]


def test_a_repeat_says_what_was_said_whatever_the_accounts_are_called_by_now(shop: Shop) -> None:
    books = PaperBooks(next_answers=[fails(AccountingFault("answer lost"))])
    sell(shop)
    relay_outbox(books)
    Account.objects.create(store_id=shop.store_id, name="revenue", account="8400")
    pass_time(seconds=1)
    assert relay_outbox(books) == Ran(done=1)
    assert told(books) == [postings("card", "revenue")] * 2


def test_a_refused_entry_is_sent_again_with_mended_accounts(shop: Shop) -> None:
    books = PaperBooks(next_answers=[fails(AccountingRefusal("no account revenue"))])
    sell(shop)
    relay_outbox(books)
    Account.objects.create(store_id=shop.store_id, name="revenue", account="8400")
    (entry_id,) = JournalEntry.objects.values_list("id", flat=True)
    assert retry_entries([entry_id], by="olga", reason="", now=timezone.now()) == 1
    assert relay_outbox(books) == Ran(done=1)
    assert told(books) == [postings("card", "revenue"), postings("card", "8400")]
    assert retry_entries([entry_id], by="olga", reason="", now=timezone.now()) == 0

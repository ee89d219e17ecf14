"""From Tryton's drafts through a sale to Tryton's books: the tasks are the real ones, chosen by the settings."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from inventory.models import Product, Tax, TaxRate
from orders.accounting.port import Posting
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.db.void import void
from orders.models import InvoiceNumber, JournalEntry
from orders.reports.core import report_of
from orders.reports.db import read_day
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, states
from tests.support.tryton.books import TrytonBooks, tryton_books
from tests.support.tryton.server import Tryton
from workers import upkeep

TARGET = 4


@pytest.fixture
def books(tryton: Tryton, settings: Settings) -> Iterator[TrytonBooks]:
    settings.ACCOUNTING_ADAPTER = "orders.accounting.tryton.TrytonAccounting"
    settings.ACCOUNTING_URL = tryton.url
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 2, TARGET
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = TARGET, 0
    upkeep.accounting.cache_clear()
    with tryton_books(tryton) as books:
        yield books
    upkeep.accounting.cache_clear()


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop("main", numbers=0)


def taxed(shop: Shop, sku: str, code: str, rate: str, price_minor: int) -> str:
    """The code of a tax of its own: Tryton's report is of all that was ever posted."""
    own = f"{code} {uuid4().hex[:8]}"
    tax = Tax.objects.create(store_id=shop.store_id, code=own, name=code)
    TaxRate.objects.create(store_id=shop.store_id, tax=tax, valid_from=timezone.now().date(), rate=rate)
    Product.objects.filter(sku=sku).update(tax_code=own, price_minor=price_minor)
    return own


def test_trytons_taxes_of_a_day_that_came_back_in_part_are_ours(books: TrytonBooks, shop: Shop) -> None:
    """Worked out by hand. 3 x 4.99 with 20 % in it: 2.495 of tax, 2.50; of which the first two that come back are 1.67,
    for which Tryton would say 1.66. 0.75 at 5 %: 0.0357, 0.04. 2.00 at 0 %."""
    std = taxed(shop, "TEA-80", "std", "20", 499)
    red = taxed(shop, "MUG-RED", "red", "5", 75)
    zero = taxed(shop, "SCARF-BLUE", "zero", "0", 200)
    upkeep.refill_invoice_pool()
    order_id, _ = shop.sale(("TEA-80", 3), ("MUG-RED", 1), ("SCARF-BLUE", 1))
    other_id, _ = shop.sale(("MUG-RED", 1))
    execute([order_id, other_id])
    row = {"line_id": None, "sku": "TEA-80", "quantity": 2, "condition": "sellable"}
    shop.submit(Kind.RETURN, order_id, lines=[row])
    shop.submit(Kind.CANCEL, other_id)
    execute([order_id, other_id])
    assert upkeep.relay_outbox()["posted"] == 4
    theirs = books.tax_report(std, red, zero)
    assert theirs == {(std, "20"): (1247 - 831, 250 - 167), (red, "5"): (71, 4), (zero, "0"): (200, 0)}
    (day,) = set(JournalEntry.objects.values_list("day", flat=True))
    ours = report_of(read_day(shop.store_id, day, now=timezone.now())).taxes
    assert theirs == {(one.code, one.rate): (one.net_minor, one.tax_minor) for one in ours}
    assert audit() == []


def numbers(state: str) -> list[str]:
    return list(InvoiceNumber.objects.filter(state=state).order_by("id").values_list("number", flat=True))


def test_a_pool_a_sale_its_cancellation_and_a_void(books: TrytonBooks, shop: Shop) -> None:
    issued_before, booked_before = len(books.issued()), len(books.booked())
    assert upkeep.refill_invoice_pool() == {"fetched": TARGET, "bound": 0}
    assert numbers("free") == books.issued()[issued_before:]

    order_id, command_id = shop.sale(("TEA-80", 1))
    execute([order_id])
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    assert states([command_id]) == ["applied"]
    torn = numbers("free")[0]
    assert void(store_id=shop.store_id, number=torn, reason="torn receipt", voided_by="x", now=timezone.now())
    assert upkeep.relay_outbox() == {"posted": 2, "failed": 0, "parked": 0, "refills_due": 0, "voids_told": 1}

    number, credit_note = numbers("posted")
    sale, cancellation = books.booked()[booked_before:]
    assert (sale.store_code, sale.invoice_number, sale.kind, sale.reference) == ("main", number, "sale", number)
    assert sale.postings == (Posting("card", PRICE_MINOR), Posting("revenue", -PRICE_MINOR))
    assert (cancellation.invoice_number, cancellation.kind) == (number, "cancellation")
    assert cancellation.reference == credit_note
    assert cancellation.postings == (Posting("card", -PRICE_MINOR), Posting("revenue", PRICE_MINOR))
    entries = JournalEntry.objects.order_by("seq").values_list("accounting_reference", flat=True)
    assert list(entries) == [number, credit_note]
    assert books.voided()[torn] == "torn receipt"
    assert audit() == []

"""From Tryton's drafts through a sale to Tryton's books: the tasks are the real ones, chosen by the settings."""

import pytest
from django.utils import timezone

from orders.accounting.port import Posting
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.db.void import void
from orders.models import InvoiceNumber, JournalEntry
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop, states
from tests.support.tryton.books import TrytonBooks
from tests.support.tryton.chosen import TARGET, filled, relayed


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop("main", numbers=0)


def numbers(state: str) -> list[str]:
    return list(InvoiceNumber.objects.filter(state=state).order_by("id").values_list("number", flat=True))


def test_a_pool_a_sale_its_cancellation_and_a_void(books: TrytonBooks, shop: Shop) -> None:
    issued_before, booked_before = len(books.issued()), len(books.booked())
    assert filled() == TARGET
    assert numbers("free") == books.issued()[issued_before:]

    order_id, command_id = shop.sale(("TEA-80", 1))
    execute([order_id])
    shop.submit(Kind.CANCEL, order_id)
    execute([order_id])
    assert states([command_id]) == ["applied"]
    torn = numbers("free")[0]
    assert void(store_id=shop.store_id, number=torn, reason="torn receipt", voided_by="x", now=timezone.now())
    told = relayed()
    assert (told["posted"], told["parked"], told["voids_told"]) == (2, 0, 1)

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

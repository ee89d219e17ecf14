"""The audit sees what is wrong with numbers and entries, whatever made it so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from base.sql.sets import cursor
from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import CreditNote, InvoiceNumber, InvoicePool, InvoiceRefill, JournalEntry
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

FETCHED = "free, set aside, assigned, posted and void are all that were fetched"
CONFIRMED = "a number is posted if its sale's entry is"
COUNTED = "the pool counts the numbers that accounting confirmed"
ONE_NOTE = "a cancel or return of a paid order has one credit note"
NOTE_NUMBERED = "a credit note has one number or waits for one, which comes after its sale's"
USED_ONCE = "a number is used once, by a sale or by a credit note"
CREDITED = "a credit note's number is void where there is nothing to post, posted if its entry is"
FREE = {"state": "free", "credit_note": None, "command_id": None, "assigned_at": None}
IN_ORDER = "an entry is posted after those before it"
WITH_A_REASON = "an entry is posted, or waits with a reason"


@pytest.fixture
def shop(own_database: str) -> Shop:
    """A sale that was posted, one that was cancelled since, and one that waits to be sent. No trigger guards them."""
    shop, books = open_shop(numbers=0), PaperBooks()
    refill_invoice_pool(books)
    posted, cancelled, waiting = (shop.sale(("POSTAGE", 1))[0] for _ in range(3))
    execute([posted, cancelled], helps=False)
    relay_outbox(books)
    shop.submit(Kind.CANCEL, cancelled)
    execute([cancelled, waiting], helps=False)
    assert audit() == []
    for table in ("orders_invoicenumber", "orders_journalentry", "orders_creditnote"):
        cursor().execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return shop


def broken() -> set[str]:
    return {drift.law for drift in audit()}


@pytest.mark.usefixtures("shop")
def test_a_number_that_is_gone() -> None:
    InvoiceNumber.objects.filter(state="free").first().delete()  # type: ignore[union-attr]
    assert broken() == {FETCHED}


@pytest.mark.usefixtures("shop")
def test_a_number_that_came_from_nowhere() -> None:
    (refill,) = InvoiceRefill.objects.all()
    InvoiceNumber.objects.create(store_id=refill.store_id, number="X", refill=refill, fetched_at=timezone.now())
    assert broken() == {FETCHED}


@pytest.mark.usefixtures("shop")
def test_a_posted_number_whose_entry_is_not() -> None:
    waiting = InvoiceNumber.objects.get(state="assigned", credit_note=None)
    InvoiceNumber.objects.filter(id=waiting.id).update(state="posted", posted_at=timezone.now())
    assert broken() == {CONFIRMED, COUNTED}


@pytest.mark.usefixtures("shop")
def test_a_posted_entry_whose_number_is_not() -> None:
    InvoiceNumber.objects.filter(state="posted").update(state="assigned", posted_at=None)
    InvoicePool.objects.update(posted=0)
    assert broken() == {CONFIRMED}


@pytest.mark.usefixtures("shop")
def test_a_miscounted_pool() -> None:
    InvoicePool.objects.update(posted=7)
    assert broken() == {COUNTED}


@pytest.mark.usefixtures("shop")
def test_a_credit_note_that_was_posted_before_its_sale() -> None:
    cancelled = JournalEntry.objects.get(kind="cancellation").order_id
    JournalEntry.objects.filter(kind="cancellation").update(state="posted", posted_at=timezone.now(), sent=[])
    JournalEntry.objects.filter(order=cancelled, kind="sale").update(state="pending", posted_at=None)
    InvoiceNumber.objects.filter(order=cancelled).update(state="assigned", posted_at=None)
    InvoiceNumber.objects.exclude(credit_note=None).update(state="posted", posted_at=timezone.now())
    InvoicePool.objects.update(posted=2)
    assert broken() == {IN_ORDER}


@pytest.mark.usefixtures("shop")
def test_a_posted_credit_note_whose_entry_is_not() -> None:
    InvoiceNumber.objects.exclude(credit_note=None).update(state="posted", posted_at=timezone.now())
    assert broken() == {CREDITED, COUNTED}


@pytest.mark.usefixtures("shop")
def test_a_void_credit_note_that_there_is_an_entry_of() -> None:
    void = {"state": "void", "voided_at": timezone.now(), "void_reason": "nothing to post"}
    InvoiceNumber.objects.exclude(credit_note=None).update(**void)
    assert broken() == {CREDITED}


@pytest.mark.usefixtures("shop")
def test_a_credit_note_that_lost_its_number() -> None:
    InvoiceNumber.objects.exclude(credit_note=None).update(**FREE)
    assert broken() == {NOTE_NUMBERED}


@pytest.mark.usefixtures("shop")
def test_a_credit_note_that_waits_for_what_it_has() -> None:
    CreditNote.objects.update(pending=True)
    assert broken() == {NOTE_NUMBERED, WITH_A_REASON}


@pytest.mark.usefixtures("shop")
def test_a_credit_note_that_is_gone() -> None:
    InvoiceNumber.objects.exclude(credit_note=None).update(**FREE)
    CreditNote.objects.all().delete()
    assert broken() == {ONE_NOTE}


@pytest.mark.usefixtures("shop")
def test_a_credit_note_of_nothing() -> None:
    sale = InvoiceNumber.objects.get(state="assigned", credit_note=None)
    assert sale.order
    assert sale.command_id
    CreditNote.objects.create(
        command_id=sale.command_id,
        store_id=sale.store_id,
        order=sale.order,
        day=timezone.now().date(),
        pending=True,
        created_at=timezone.now(),
    )
    assert broken() == {ONE_NOTE, WITH_A_REASON}


@pytest.mark.usefixtures("shop")
def test_a_number_of_a_sale_and_a_credit_note() -> None:
    cursor().execute("ALTER TABLE orders_invoicenumber DROP CONSTRAINT invoice_number_life")
    note = CreditNote.objects.get()
    InvoiceNumber.objects.exclude(credit_note=None).update(**FREE)
    InvoiceNumber.objects.filter(order=note.order).update(credit_note=note)
    assert USED_ONCE in broken()


@pytest.mark.usefixtures("shop")
def test_an_entry_that_nobody_will_send() -> None:
    JournalEntry.objects.filter(state="pending").update(next_attempt_at=None)
    assert broken() == {WITH_A_REASON}


@pytest.mark.usefixtures("shop")
def test_an_entry_that_nobody_has_sent_for_hours() -> None:
    JournalEntry.objects.filter(state="pending").update(next_attempt_at=timezone.now() - timedelta(hours=2))
    assert broken() == {WITH_A_REASON}
    JournalEntry.objects.filter(kind="cancellation").update(last_error="no answer")
    assert audit() == [], "accounting is down"

"""A void that accounting did not take is told again as soon as somebody wants it, who says why."""

import pytest
from django.utils import timezone

from orders.accounting.port import AccountingRefusal
from orders.invoicing.outside.tell_voids import relay_voids
from orders.models import InvoiceNumber, Repair, VoidNotice
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till

WHY = "the period is open again"


@pytest.fixture
def refused(backoffice: Till, shop: Shop) -> str:
    """A number whose void accounting has refused."""
    number = InvoiceNumber.objects.filter(store_id=shop.store_id).earliest("id").number
    assert backoffice.post("/invoice-pool/void", {"number": number, "reason": "torn"}).status == 200
    relay_voids(PaperBooks(next_answers=[fails(AccountingRefusal("the period is closed"))]))
    return number


def test_it_is_due_at_once_and_who_wanted_it_is_kept(backoffice: Till, refused: str) -> None:
    assert VoidNotice.objects.get().next_attempt_at > timezone.now()
    told = backoffice.post("/invoice-pool/void/retry", {"number": refused, "reason": WHY})
    assert told.status == 200
    assert (told.body["number"], told.body["told_at"], told.body["attempts"]) == (refused, None, 0)
    assert told.body["last_error"] == "the period is closed"
    kept = Repair.objects.values_list("notice__number__number", "act", "by", "reason")
    assert list(kept) == [(refused, "retry", "the backoffice", WHY)]
    books = PaperBooks()
    assert relay_voids(books) == 1
    assert [number for _, number, _ in books.voided] == [refused]


def test_what_accounting_knows_is_not_told_again(backoffice: Till, refused: str) -> None:
    backoffice.post("/invoice-pool/void/retry", {"number": refused, "reason": WHY})
    relay_voids(PaperBooks())
    again = backoffice.post("/invoice-pool/void/retry", {"number": refused, "reason": WHY})
    assert (again.status, again.code) == (409, "void_not_failed")
    assert Repair.objects.count() == 1


def test_a_number_that_is_not_void_or_not_there(backoffice: Till, elsewhere: Till, refused: str, shop: Shop) -> None:
    free = InvoiceNumber.objects.filter(store_id=shop.store_id, state="free").earliest("id").number
    answer = backoffice.post("/invoice-pool/void/retry", {"number": free, "reason": WHY})
    assert (answer.status, answer.code) == (409, "void_not_failed")
    for till, number in ((backoffice, "NO-SUCH"), (elsewhere, refused)):
        answer = till.post("/invoice-pool/void/retry", {"number": number, "reason": WHY})
        assert (answer.status, answer.code) == (404, "invoice_number_not_found")
    assert not Repair.objects.exists()


@pytest.mark.parametrize("why", [{}, {"reason": ""}, {"reason": " \t "}, {"reason": "\u00a0"}, {"reason": None}])
def test_without_a_reason_nothing_is_done(backoffice: Till, refused: str, why: dict[str, str | None]) -> None:
    answer = backoffice.post("/invoice-pool/void/retry", {"number": refused, **why})
    assert (answer.status, answer.pointers) == (422, ["#/reason"])
    assert VoidNotice.objects.get().next_attempt_at > timezone.now()

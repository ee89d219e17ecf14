"""What an operator and an auditor do with numbers, entries and accounts."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.accounting.http import HttpAccounting
from orders.accounting.outside.relay import relay_outbox
from orders.accounting.port import AccountingRefusal
from orders.commands.core.machine import Kind
from orders.invoicing.db.void import void
from orders.invoicing.outside.tell_voids import relay_voids
from orders.models import Account, InvoiceNumber, JournalEntry, PaymentInstruction, Repair, VoidNotice
from orders.payments.outside.instruct import relay_payments
from orders.payments.port import PaymentRefusal
from tests.support.accounting.paper_books import PaperBooks, fails
from tests.support.accounting.simulator import simulating
from tests.support.admin import act
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop, open_shop
from workers.authorize import authorize_payments

pytestmark = pytest.mark.django_db

ENTRIES = "/admin/orders/journalentry/"
INSTRUCTIONS = "/admin/orders/paymentinstruction/"
VOIDS = "/admin/orders/voidnotice/"


def page(row: JournalEntry | PaymentInstruction | VoidNotice) -> str:
    return reverse(f"admin:orders_{row._meta.model_name}_change", args=[row.pk])


def void_page(number: InvoiceNumber) -> str:
    return reverse("admin:orders_invoicenumber_void_number", args=[number.pk])


def test_a_free_number_is_voided_for_a_reason(operator: Client, shop: Shop) -> None:
    number = InvoiceNumber.objects.earliest("id")
    assert "Void this number?" in operator.get(void_page(number)).content.decode()
    operator.post(void_page(number), {"_form_submitted": "True", "reason": ""})
    number.refresh_from_db()
    assert number.state == "free", "without a reason nothing happens"
    operator.post(void_page(number), {"_form_submitted": "True", "reason": "torn receipt"})
    number.refresh_from_db()
    assert (number.state, number.void_reason, number.voided_by) == ("void", "torn receipt", "night shift")


def test_a_number_of_a_sale_is_not_voided(operator: Client, shop: Shop) -> None:
    order_id, _ = shop.sale()
    execute([order_id], helps=False)
    number = InvoiceNumber.objects.get(order_id=order_id)
    operator.post(void_page(number), {"_form_submitted": "True", "reason": "torn receipt"})
    said = operator.get(reverse("admin:orders_invoicenumber_changelist")).context["messages"]
    assert [str(message) for message in said] == [f"{number.number} is not free, and stays what it is."]
    number.refresh_from_db()
    assert number.state == "assigned"


def test_the_report_tells_of_every_number_of_every_store(operator: Client, shop: Shop) -> None:
    open_shop("harbour", numbers=3)
    answer: Any = operator.get(reverse("admin:orders_invoicenumber_download_report"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="invoice-numbers.csv"'
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["number"] for row in rows] == list(
        InvoiceNumber.objects.order_by("id").values_list("number", flat=True)
    )
    assert {row["store"] for row in rows} == {"corner", "harbour"}


def test_a_parked_instruction_is_given_again(operator: Client, shop: Shop) -> None:
    order_id = shop.order(("POSTAGE", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    with banking() as bank:
        execute([order_id])
        authorize_payments()
        execute([order_id])
        bank.next_answers = [refuses]
        assert relay_payments().refused == 1
        (parked,) = PaymentInstruction.objects.all()
        asked = act(operator, INSTRUCTIONS, "retry_parked", parked.pk)
        assert "the account is closed" in asked.content.decode()
        assert relay_payments().done == 0
        answer = act(operator, INSTRUCTIONS, "retry_parked", parked.pk, reason="it is open again")
        assert [str(message) for message in answer.context["messages"]] == ["1 pending again."]
        kept = Repair.objects.values_list("instruction", "act", "by", "reason")
        assert list(kept) == [(parked.pk, "retry", "night shift", "it is open again")]
        assert "it is open again" in operator.get(page(parked)).content.decode()
        assert relay_payments().done == 1


def refuses() -> str:
    raise PaymentRefusal("the account is closed")


@pytest.mark.parametrize("tab", ["", "?state__exact=parked"])
def test_a_parked_entry_is_sent_again(operator: Client, shop: Shop, tab: str) -> None:
    order_id, _ = shop.sale()
    execute([order_id], helps=False)
    relay_outbox(PaperBooks(next_answers=[fails(AccountingRefusal("no account card"))]))
    entry = JournalEntry.objects.get()
    assert entry.state == "parked"
    asked = act(operator, f"{ENTRIES}{tab}", "retry_parked", entry.pk)
    assert "no account card" in asked.content.decode()
    assert relay_outbox(PaperBooks()).done == 0
    answer = act(operator, f"{ENTRIES}{tab}", "retry_parked", entry.pk, reason="card has its account")
    assert [str(message) for message in answer.context["messages"]] == ["1 pending again."]
    kept = Repair.objects.values_list("entry", "act", "by", "reason")
    assert list(kept) == [(entry.pk, "retry", "night shift", "card has its account")]
    assert "card has its account" in operator.get(page(entry)).content.decode()
    assert relay_outbox(PaperBooks()).done == 1
    answer = act(operator, f"{ENTRIES}{tab}", "retry_parked", entry.pk, reason="again")
    assert [str(message) for message in answer.context["messages"]] == [
        "0 pending again.",
        "1 not parked, and left alone.",
    ]
    assert Repair.objects.count() == 1


def test_an_entry_that_names_an_unknown_account_is_parked_and_sent_again_once_the_account_has_its_name(
    operator: Client, shop: Shop, tmp_path: Path
) -> None:
    with simulating(tmp_path) as simulator:
        accounting = HttpAccounting(simulator.url)
        simulator.ask("PUT", "/refusals", {"accounts": ["cash", "card"]})
        order_id, _ = shop.sale()
        execute([order_id], helps=False)
        assert relay_outbox(accounting).refused == 1
        parked = JournalEntry.objects.get()
        (account,) = {one for one in ("cash", "card") if one in parked.last_error}
        assert (parked.state, parked.last_error) == ("parked", f"answered 422: there is no account {account}")
        assert f"there is no account {account}" in operator.get(ENTRIES).content.decode()
        Account.objects.create(store_id=shop.store_id, name=account, account="1000")
        act(operator, ENTRIES, "retry_parked", parked.pk, reason="the account has its name now")
        assert relay_outbox(accounting).done == 1
        (booked,) = simulator.ask("GET", "/entries")[1]["items"]
        assert "1000" in {line["account"] for line in booked["postings"]}


def test_a_void_that_accounting_refused_is_told_again(operator: Client, shop: Shop) -> None:
    numbers = list(InvoiceNumber.objects.order_by("id").values_list("number", flat=True)[:2])
    for number in numbers:
        void(store_id=shop.store_id, number=number, reason="torn", voided_by="night shift", now=timezone.now())
    relay_voids(PaperBooks(next_answers=[fails(AccountingRefusal("the period is closed"))]))
    refused, told = VoidNotice.objects.order_by("number_id")
    asked = act(operator, VOIDS, "retry_failed", refused.pk)
    assert f"{numbers[0]}: the period is closed" in asked.content.decode()
    blank = act(operator, VOIDS, "retry_failed", refused.pk, reason=" \t")
    assert "the period is closed" in blank.content.decode()
    assert not Repair.objects.exists()
    answer = act(operator, VOIDS, "retry_failed", refused.pk, reason="it is open again")
    assert [str(message) for message in answer.context["messages"]] == ["1 due again."]
    kept = Repair.objects.values_list("notice", "act", "by", "reason")
    assert list(kept) == [(refused.pk, "retry", "night shift", "it is open again")]
    assert "it is open again" in operator.get(page(refused)).content.decode()
    assert relay_voids(PaperBooks()) == 1
    answer = act(operator, VOIDS, "retry_failed", told.pk, reason="again")
    assert [str(message) for message in answer.context["messages"]] == [
        "0 due again.",
        "1 not refused or unanswered, and left alone.",
    ]


def test_an_account_is_named_for_a_store(operator: Client, shop: Shop) -> None:
    add = reverse("admin:orders_account_add")
    operator.post(add, {"store": shop.store_id, "name": "cash", "account": "1000"})
    assert list(Account.objects.values_list("name", "account")) == [("cash", "1000")]
    operator.post(add, {"store": shop.store_id, "name": "petty cash", "account": "1001"})
    operator.post(add, {"store": shop.store_id, "name": "cash", "account": "1002"})
    assert Account.objects.count() == 1


def test_who_may_only_look_changes_nothing(client: Client, shop: Shop) -> None:
    reader = User.objects.create(username="reader", is_staff=True)
    looks = ["reach_every_store", "view_invoicenumber", "view_journalentry", "view_account"]
    reader.user_permissions.set(Permission.objects.filter(codename__in=looks))
    client.force_login(reader)
    number = InvoiceNumber.objects.earliest("id")
    assert client.post(void_page(number), {"_form_submitted": "True", "reason": "x"}).status_code == 403
    added = client.post(reverse("admin:orders_account_add"), {"store": shop.store_id, "name": "cash", "account": "1"})
    assert added.status_code == 403
    assert client.get(reverse("admin:orders_invoicenumber_download_report")).status_code == 200
    number.refresh_from_db()
    assert number.state == "free"

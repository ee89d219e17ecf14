"""What PostgreSQL refuses of credit notes and their numbers, whoever asks."""

import psycopg
import pytest
from django.db import transaction

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.models import CreditNote, InvoiceNumber
from tests.support.shop.guards import Guarded, refused
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

NOTES, NUMBERS = "orders_creditnote", "orders_invoicenumber"
FREE = f"WHERE id = (SELECT id FROM {NUMBERS} WHERE state = 'free' LIMIT 1)"
NOTE = f"(SELECT command_id FROM {NOTES} WHERE pending = {{pending}})"
ASSIGNED = f"UPDATE {NUMBERS} SET state = 'assigned', assigned_at = now(), credit_note_id = {NOTE}"
UNSOLD = "order_id = (SELECT id FROM orders_order WHERE status = 'draft')"

STAYS = [
    Guarded("credit_note_append_only", NOTES, f"UPDATE {NOTES} SET day = day + 1 WHERE pending"),
    Guarded("credit_note_final_once_numbered", NOTES, f"UPDATE {NOTES} SET pending = true WHERE NOT pending"),
    Guarded("credit_note_never_deleted", NOTES, f"DELETE FROM {NOTES} WHERE pending"),
    Guarded(
        "invoice_number_goes_forward",
        NUMBERS,
        f"UPDATE {NUMBERS} SET credit_note_id = {NOTE.format(pending='true')} WHERE credit_note_id IS NOT NULL",
    ),
]
OF_BOTH = Guarded("invoice_number_life", NUMBERS, f"{ASSIGNED.format(pending='true')}, {UNSOLD} {FREE}")
OF_NEITHER = Guarded(
    "invoice_number_life", NUMBERS, f"UPDATE {NUMBERS} SET state = 'assigned', assigned_at = now() {FREE}"
)
FREE_AND_TAKEN = Guarded(
    "invoice_number_life", NUMBERS, f"UPDATE {NUMBERS} SET credit_note_id = {NOTE.format(pending='true')} {FREE}"
)
A_SECOND = Guarded("invoice_number_once_per_credit_note", NUMBERS, f"{ASSIGNED.format(pending='false')} {FREE}")


@pytest.fixture(autouse=True)
def _a_numbered_credit_note_and_one_that_waits(own_database: str) -> None:
    shop = open_shop(numbers=2)
    order_id, _ = shop.sale(("POSTAGE", 3))
    execute([order_id])
    for _ in range(2):
        shop.submit(Kind.RETURN, order_id, lines=[{"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}])
    execute([order_id])
    shop.order(("POSTAGE", 1))
    shop.add_numbers(1)
    assert sorted(CreditNote.objects.values_list("pending", flat=True)) == [False, True]
    assert InvoiceNumber.objects.filter(state="free").count() == 1


def test_what_is_refused_by_its_guard_alone(subtests: pytest.Subtests) -> None:
    refused(STAYS, psycopg.errors.RestrictViolation, subtests)
    refused([OF_BOTH, OF_NEITHER, FREE_AND_TAKEN], psycopg.errors.CheckViolation, subtests)
    refused([A_SECOND], psycopg.errors.UniqueViolation, subtests)


def test_a_command_has_one_credit_note() -> None:
    again = f"INSERT INTO {NOTES} SELECT * FROM {NOTES} WHERE pending"
    with pytest.raises(psycopg.errors.UniqueViolation), transaction.atomic():
        cursor().execute(again.encode())


def test_they_are_never_emptied() -> None:
    with pytest.raises(psycopg.errors.RestrictViolation), transaction.atomic():
        cursor().execute(f"TRUNCATE {NOTES} CASCADE".encode())

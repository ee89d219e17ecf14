"""Numbering the sales, and then the credit notes, that went through while the pool was empty."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from base.sql import clock
from orders.invoicing.db.late_sales import (
    WaitingCreditNote,
    WaitingSale,
    credit_notes_numbered,
    lock_waiting_credit_notes,
    lock_waiting_sales,
    sales_numbered,
    stores_waiting,
)
from orders.invoicing.db.numbers import Given, assign, of_credit_note, of_credit_of_nothing, of_sale

BATCH = 500


def number_late_sales() -> int:
    """Give what waits in each store its numbers, oldest first, as far as the numbers go; how many got one.

    A credit note comes after its sale, so sales come first.
    """
    numbered = 0
    for store_id in stores_waiting():
        for number_some in (_number_sales, _number_credit_notes):
            while some := number_some(store_id):
                numbered += some
    return numbered


def _number_sales(store_id: int) -> int:
    """Locks the orders, then the numbers, each passing over locked ones."""
    with transaction.atomic():
        now = clock.now()
        waiting = lock_waiting_sales(store_id, BATCH)
        numbers = _take(store_id, waiting)
        if numbers:
            assign([_sold(store_id, *one) for one in zip(waiting, numbers, strict=False)], now=now)
            sales_numbered(waiting[: len(numbers)], now=now)
    return len(numbers)


def _number_credit_notes(store_id: int) -> int:
    """Locks the credit notes, then the numbers, each passing over locked ones."""
    with transaction.atomic():
        now = clock.now()
        waiting = lock_waiting_credit_notes(store_id, BATCH)
        numbers = _take(store_id, waiting)
        if numbers:
            assign([_credited(store_id, *one, now) for one in zip(waiting, numbers, strict=False)], now=now)
            credit_notes_numbered(waiting[: len(numbers)], now=now)
    return len(numbers)


def _take(store_id: int, waiting: Sequence[WaitingSale | WaitingCreditNote]) -> Sequence[str]:
    numbers: Sequence[str] = import_string(settings.INVOICE_NUMBER_GENERATOR)({store_id: len(waiting)})[store_id]
    return numbers


def _sold(store_id: int, sale: WaitingSale, number: str) -> Given:
    return of_sale(number, store_id=store_id, order_id=sale.order_id, command_id=sale.command_id)


def _credited(store_id: int, note: WaitingCreditNote, number: str, now: datetime) -> Given:
    if note.tells:
        return of_credit_note(number, store_id=store_id, command_id=note.command_id)
    return of_credit_of_nothing(number, store_id=store_id, command_id=note.command_id, by=note.by, now=now)

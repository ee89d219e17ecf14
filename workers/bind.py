"""Numbering the sales that went through while the pool was empty."""

from collections import Counter

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.db.bind import lock_waiting, numbered
from orders.db.numbers import Sale, assign

BATCH = 500


def bind_invoice_numbers() -> int:
    """Give waiting sales their numbers, oldest first, as far as the numbers go; how many got one."""
    bound = 0
    while some := _bind_some():
        bound += some
    return bound


def _bind_some() -> int:
    """Locks the orders, then the numbers, each passing over locked ones."""
    with transaction.atomic():
        waiting = [Sale(store_id, order_id, command_id) for order_id, store_id, command_id in lock_waiting(BATCH)]
        taken = import_string(settings.INVOICE_NUMBER_GENERATOR)(Counter(sale.store_id for sale in waiting))
        numbers = {store_id: iter(of_store) for store_id, of_store in taken.items()}
        sales = [(sale, number) for sale in waiting if (number := next(numbers[sale.store_id], None))]
        if sales:
            assign(sales, now=timezone.now())
            numbered([sale.order_id for sale, _ in sales])
    return len(sales)

"""Numbering the sales that went through while the pool was empty."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.invoicing.db.late_sales import lock_waiting, numbered, stores_waiting
from orders.invoicing.db.numbers import assign

BATCH = 500


def number_late_sales() -> int:
    """Give each store's waiting sales their numbers, oldest first, as far as the numbers go; how many got one."""
    bound = 0
    for store_id in stores_waiting():
        while some := _bind_some(store_id):
            bound += some
    return bound


def _bind_some(store_id: int) -> int:
    """Locks the orders, then the numbers, each passing over locked ones."""
    with transaction.atomic():
        waiting = lock_waiting(store_id, BATCH)
        numbers = import_string(settings.INVOICE_NUMBER_GENERATOR)({store_id: len(waiting)})[store_id]
        sales = list(zip(waiting, numbers, strict=False))
        if sales:
            now = timezone.now()
            assign(sales, now=now)
            numbered([sale.order_id for sale, _ in sales], now=now)
    return len(sales)

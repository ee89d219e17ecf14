"""The order that somebody means who writes one of its numbers."""

from contextlib import suppress
from uuid import UUID

from django.db.models import Q

from base.admin.window import identifier, whole_number, words
from orders.invoicing.models import InvoiceNumber
from orders.sales.models import Order


def order_found_by(term: str) -> UUID | None:
    """The order that has this id or number, or that of its invoice or a credit note."""
    is_used = Q(order__isnull=False) | Q(credit_note__isnull=False)
    if number := InvoiceNumber.objects.filter(is_used, number=words(term)).first():
        return number.credit_note.order_id if number.credit_note else number.order_id
    for reader, field in ((identifier, "id"), (whole_number, "number")):
        with suppress(ValueError):
            return Order.objects.filter(**{field: reader(term)}).values_list("id", flat=True).first()
    return None

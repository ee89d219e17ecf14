"""Money that moved, and the entries that record it."""

from django.db import models
from django.db.models import F, Q

from inventory.models import choices, known
from orders.core.tenders import EntryKind, Method, PaymentKind
from orders.models.columns import unchecked_store
from orders.models.order import Order


class Payment(models.Model):
    """Money taken (a tender) or given back (a refund), by one method."""

    id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    command_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=choices(PaymentKind))
    method = models.CharField(max_length=8, choices=choices(Method))
    amount_minor = models.BigIntegerField(help_text="What counts towards the order: change is already taken off.")
    tendered_minor = models.BigIntegerField(help_text="What the customer handed over.")
    reference = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            known("kind", PaymentKind, name="payment_kind_known"),
            known("method", Method, name="payment_method_known"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, tendered_minor__gte=F("amount_minor")),
                name="payment_within_tendered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.method} {self.amount_minor}"


class JournalEntry(models.Model):
    """A double-entry posting for accounting; a CHECK holds that debits equal credits."""

    id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    order = models.ForeignKey(Order, on_delete=models.PROTECT)
    command_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=choices(EntryKind))
    currency = models.CharField(max_length=3)
    postings = models.JSONField(help_text="[[account, amount_minor], ...]: a debit is positive, a credit negative.")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            known("kind", EntryKind, name="entry_kind_known"),
            # The check that debits equal credits calls a function: it stands in the migration (entry_balanced).
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"

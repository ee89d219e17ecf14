"""The pool of invoice numbers, and the refills that fill it."""

from django.db import models
from django.db.models import Q

from inventory.models import Store, choices, known
from orders.core.numbers import NumberState
from orders.models.columns import unchecked_store
from orders.models.order import Order


class InvoiceRefill(models.Model):
    """One request to the accounting system for invoice IDs; its id is the idempotency key.

    Recovery points: `requested` is committed before the call, `stored` together with the IDs. A refill found in
    `requested` is asked for again under the same key, so a lost answer neither loses nor doubles IDs.
    """

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT)
    count = models.IntegerField()
    requested_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(
        null=True, help_text="Who holds the lease talks to accounting; it lapses by itself."
    )
    last_error = models.TextField(blank=True, default="")

    class Meta:
        # One open refill per store, so that two tasks cannot ask twice.
        constraints = [
            models.UniqueConstraint(
                fields=["store"], condition=Q(stored_at__isnull=True), name="refill_open_once_per_store"
            ),
            models.CheckConstraint(condition=Q(count__gt=0), name="refill_count_positive"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InvoiceNumber(models.Model):
    """The pool. A row is fetched, then free, then assigned to one order for ever, or void with a reason."""

    store = unchecked_store()
    number = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=choices(NumberState), default=NumberState.FREE)
    refill = models.ForeignKey(InvoiceRefill, on_delete=models.PROTECT, null=True, db_index=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, null=True, related_name="invoice")
    command_id = models.UUIDField(null=True)
    fetched_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="invoice_number_once_per_store"),
            known("state", NumberState, name="invoice_number_state_known"),
            models.CheckConstraint(
                condition=Q(state="free", order__isnull=True, assigned_at__isnull=True)
                | Q(state="assigned", order__isnull=False, assigned_at__isnull=False)
                | Q(state="posted", order__isnull=False, posted_at__isnull=False)
                | (Q(state="void", voided_at__isnull=False) & ~Q(void_reason="")),
                name="invoice_number_life",
            ),
        ]
        # Serves taking the oldest free numbers of a store.
        indexes = [models.Index(fields=["store", "id"], name="invoice_number_free", condition=Q(state="free"))]

    def __str__(self) -> str:
        return self.number

"""Orders, their lines and their history."""

from django.db import models
from django.db.models import F, Q

from inventory.columns import next_value, unchecked_store
from inventory.models import Product, choices, known
from orders.commands.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status


class Order(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True, editable=False, db_default=next_value("orders_order_number_seq"))
    store = unchecked_store()
    created_by = models.CharField(max_length=100, help_text="The terminal's name.")
    terminal = models.ForeignKey(
        "orders.Terminal", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True
    )
    status = models.CharField(max_length=20, choices=choices(Status), default=Status.DRAFT)
    payment_status = models.CharField(max_length=20, choices=choices(PaymentStatus), default=PaymentStatus.UNPAID)
    fulfilment = models.CharField(max_length=10, choices=choices(Fulfilment))
    payment_terms = models.CharField(max_length=10, choices=choices(PaymentTerms), default=PaymentTerms.PREPAID)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=255, blank=True, default="")
    fingerprint = models.BinaryField(max_length=32, help_text="SHA-256 of the content that created the order.")
    invoice_pending = models.BooleanField(default=False, help_text="Paid while the pool was empty: number follows.")
    hold_expired_at = models.DateTimeField(null=True, help_text="When the order lost its hold by expiry.")
    hold_extended_at = models.DateTimeField(null=True, help_text="A hold can be extended once.")
    backordered_at = models.DateTimeField(null=True, help_text="Since when the order waits for stock.")
    awaits_until = models.DateTimeField(null=True, help_text="When it stops waiting for stock, unless it is paid.")
    created_at = models.DateTimeField()
    sold_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    business_day = models.DateField(null=True, help_text="The day that the sale belongs to, once it is paid.")
    archived_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True, help_text="When it was brought back; it is not archived again.")

    class Meta:
        constraints = [
            known("status", Status, name="order_status_known"),
            known("payment_status", PaymentStatus, name="order_payment_status_known"),
            known("fulfilment", Fulfilment, name="order_fulfilment_known"),
            known("payment_terms", PaymentTerms, name="order_payment_terms_known"),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0, refunded_minor__gte=0, paid_minor__gte=F("refunded_minor")),
                name="order_refunded_within_paid_and_none_negative",
            ),
            models.CheckConstraint(
                condition=~Q(payment_status__in=[PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED])
                | Q(refunded_minor__gt=0),
                name="order_refunded_only_where_money_went_back",
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_at__isnull=True,
                    payment_status=PaymentStatus.UNPAID,
                    paid_minor=0,
                    invoice_pending=False,
                )
                | Q(
                    Q(payment_status=PaymentStatus.PARTIALLY_PAID, paid_minor__gt=F("refunded_minor"))
                    # Deposits that were given back.
                    | Q(payment_status=PaymentStatus.REFUNDED, paid_minor__gt=0, paid_minor=F("refunded_minor")),
                    paid_at__isnull=True,
                    invoice_pending=False,
                )
                | (
                    Q(paid_at__isnull=False)
                    & ~Q(payment_status__in=[PaymentStatus.UNPAID, PaymentStatus.PARTIALLY_PAID])
                ),
                name="order_paid_at_iff_paid",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, business_day__isnull=True)
                | Q(paid_at__isnull=False, business_day__isnull=False),
                name="order_business_day_iff_paid",
            ),
            models.CheckConstraint(
                condition=Q(awaits_until__isnull=True)
                | Q(status=Status.PROCESSING, payment_status=PaymentStatus.UNPAID, backordered_at__isnull=False),
                name="order_wait_ends_only_while_unpaid",
            ),
        ]
        indexes = [
            # Serves the list, newest first.
            models.Index(fields=["store", "-created_at", "-id"], name="order_store_newest"),
            # These serve the list of what is rare, which the list of everything would have to be read through for. Most
            # orders are paid: of those a page is found at once, and they are in none of these.
            models.Index(
                fields=["store", "status", "-created_at", "-id"], name="order_rare_status", condition=~Q(status="paid")
            ),
            models.Index(
                fields=["store", "payment_status", "-created_at", "-id"],
                name="order_rare_payment",
                condition=~Q(payment_status="paid"),
            ),
            models.Index(
                fields=["store", "-created_at", "-id"], name="order_archived", condition=Q(archived_at__isnull=False)
            ),
            # Serves archiving what was cancelled.
            models.Index(
                fields=["id"],
                name="order_to_archive",
                condition=Q(status="cancelled", archived_at__isnull=True, restored_at__isnull=True),
            ),
            # Serves the list of one reference.
            models.Index(
                fields=["store", "reference", "-created_at", "-id"],
                name="order_reference",
                condition=~Q(reference=""),
            ),
            # Serves the list of one terminal, also of one that sold its last years ago.
            models.Index(fields=["terminal", "-created_at", "-id"], name="order_terminal"),
            # Serves the list of one day.
            models.Index(
                fields=["store", "business_day", "-created_at", "-id"],
                name="order_business_day",
                condition=Q(business_day__isnull=False),
            ),
            # Serves ending the waits for stock whose time is over.
            models.Index(
                fields=["awaits_until", "id"], name="order_wait_expiry", condition=Q(awaits_until__isnull=False)
            ),
            # Serves numbering the sales that wait for a number, oldest first.
            models.Index(fields=["store", "paid_at"], name="order_number_follows", condition=Q(invoice_pending=True)),
        ]

    def __str__(self) -> str:
        return str(self.number)


class OrderLine(models.Model):
    """A frozen copy of what was agreed: name, price and whether the product is counted."""

    id = models.UUIDField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    store = unchecked_store()
    product = models.ForeignKey(Product, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    position = models.IntegerField()
    sku = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    tracks_stock = models.BooleanField()
    quantity = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()
    shipped_quantity = models.BigIntegerField(default=0)
    returned_quantity = models.BigIntegerField(default=0)
    backordered_quantity = models.BigIntegerField(db_default=0)
    backordered_at = models.DateTimeField(null=True, help_text="Its order's, while the line waits for stock.")
    cancelled_quantity = models.BigIntegerField(db_default=0)
    skipped = models.BooleanField(db_default=False, help_text="No level counted it when it was held or paid.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned_quantity__gte=0, shipped_quantity__lte=F("quantity"))
                & Q(returned_quantity__lte=F("shipped_quantity")),
                name="line_returned_within_shipped_within_quantity",
            ),
            models.CheckConstraint(condition=Q(unit_price_minor__gte=0), name="line_price_not_negative"),
            models.CheckConstraint(
                condition=Q(backordered_quantity__gte=0)
                & Q(cancelled_quantity__gte=0)
                & Q(quantity__gte=F("shipped_quantity") + F("backordered_quantity") + F("cancelled_quantity")),
                name="line_backordered_within_remaining",
            ),
            models.CheckConstraint(
                condition=Q(backordered_quantity=0, backordered_at__isnull=True)
                | Q(backordered_quantity__gt=0, backordered_at__isnull=False),
                name="line_waits_since",
            ),
        ]
        # Serves finding who waits for a product that arrived, the oldest first.
        indexes = [
            models.Index(
                fields=["product", "backordered_at", "order"],
                name="line_backordered",
                condition=Q(backordered_quantity__gt=0),
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class StatusChange(models.Model):
    """Append-only history: one row for every command that took effect. A trigger refuses UPDATE and DELETE."""

    store = unchecked_store()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, db_index=False)
    command_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=choices(Kind))
    from_status = models.CharField(max_length=20, choices=choices(Status))
    to_status = models.CharField(max_length=20, choices=choices(Status))
    terminal = models.CharField(max_length=100, help_text="The terminal's name, or the task that submitted it.")
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # A command takes effect on an order once. Its index serves the order's history, too.
            models.UniqueConstraint(fields=["order", "command_id"], name="status_change_once_per_command")
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"

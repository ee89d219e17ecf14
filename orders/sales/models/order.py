"""Orders, and what they come to."""

from django.db import models
from django.db.models import Case, F, Q, Value, When

from inventory.columns import next_value, unchecked_store
from inventory.models import changed_in, changed_index, changed_later_at, choices, known
from orders.commands.core.machine import Fulfilment, PaymentStatus, PaymentTerms, Status


class Order(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(editable=False, db_default=next_value("orders_order_number_seq"))
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
    total_minor = models.BigIntegerField(help_text="With its tax.")
    discount_minor = models.BigIntegerField(db_default=0, help_text="Of the order and of its lines.")
    own_discount_minor = models.BigIntegerField(null=True, help_text="As it was given off the whole order.")
    own_discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    tax_minor = models.BigIntegerField(db_default=0)
    exempted_minor = models.BigIntegerField(db_default=0, help_text="Tax that was left away.")
    tax_exempt = models.BooleanField(db_default=False)
    prices_include_tax = models.BooleanField(db_default=True)
    taxes = models.JSONField(db_default=Value([], models.JSONField()), help_text="As they were: by code and rate.")
    # Before discounts and before tax is left away or put on top.
    subtotal_minor = models.GeneratedField(
        expression=F("total_minor")
        + F("discount_minor")
        + Case(When(prices_include_tax=True, then=F("exempted_minor")), default=-F("tax_minor")),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    paid_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    rounding_minor = models.BigIntegerField(db_default=0, help_text="What the store gained since cash is rounded.")
    refund_rounding_minor = models.BigIntegerField(db_default=0, help_text="Of that, by cash that it gave back.")
    reference = models.CharField(max_length=255, blank=True, default="")
    customer = models.JSONField(null=True, help_text="name, tax_id, address and email of who buys, as far as known.")
    cashier = models.CharField(max_length=200, blank=True, db_default="", help_text="Who made it, at the till.")
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
    # What a command changes of it, its history tells.
    changed_in = changed_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # A store that came from another stack brings its numbers along. Serves who looks for a number.
            models.UniqueConstraint(fields=["number", "store"], name="order_number_once_per_store"),
            known("status", Status, name="order_status_known"),
            known("payment_status", PaymentStatus, name="order_payment_status_known"),
            known("fulfilment", Fulfilment, name="order_fulfilment_known"),
            known("payment_terms", PaymentTerms, name="order_payment_terms_known"),
            models.CheckConstraint(
                # What was taken or given beyond what was due is what cash was rounded by.
                condition=Q(
                    total_minor__gte=0,
                    paid_minor__gte=0,
                    refunded_minor__gte=0,
                    refunded_minor__lte=F("paid_minor") - F("rounding_minor"),
                ),
                name="order_refunded_within_paid_and_none_negative",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, tax_minor__gte=0, exempted_minor__gte=0)
                & Q(Q(tax_exempt=False, exempted_minor=0) | Q(tax_exempt=True, tax_minor=0))
                & Q(Q(own_discount_minor__isnull=True) | Q(own_discount_percent__isnull=True)),
                name="order_discount_and_tax_make_sense",
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
                    rounding_minor=0,
                    refund_rounding_minor=0,
                    invoice_pending=False,
                )
                | Q(
                    Q(payment_status=PaymentStatus.PARTIALLY_PAID, paid_minor__gt=F("refunded_minor"))
                    # Deposits that were given back.
                    | Q(payment_status=PaymentStatus.REFUNDED, paid_minor__gt=0, paid_minor__lte=F("refunded_minor"))
                    | Q(
                        payment_status=PaymentStatus.REFUNDED,
                        paid_minor__gt=0,
                        paid_minor=F("refunded_minor") + F("rounding_minor"),
                    ),
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
            changed_index("order_changed"),
            # Serves numbering the sales that wait for a number, oldest first.
            models.Index(fields=["store", "paid_at"], name="order_number_follows", condition=Q(invoice_pending=True)),
        ]

    def __str__(self) -> str:
        return str(self.number)

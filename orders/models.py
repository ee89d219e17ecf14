"""What PostgreSQL must guarantee about orders, commands, money and invoice numbers.

Rows that the outside names by an id carry a UUIDv7 (or the id the terminal made); rows that only the server joins carry
a bigint. References to a store are not checked by a trigger: see inventory.models.
"""

from django.db import models
from django.db.models import F, Func, Q, Value

from inventory.models import Product, Store, choices, known
from orders.core.machine import Fulfilment, Kind, PaymentStatus, PaymentTerms, Status
from orders.core.numbers import NumberState
from orders.core.outcomes import Code, CommandState
from orders.core.roles import Role
from orders.core.tenders import EntryKind, Method, PaymentKind


def next_value(sequence: str) -> Func:
    return Func(Value(sequence), function="nextval", template="%(function)s(%(expressions)s::regclass)")


def unchecked_store() -> models.ForeignKey[Store, Store]:
    return models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)


class Terminal(models.Model):
    """The API credential of a till or a back-office client. The key is shown once and stored as its SHA-256."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=16, choices=choices(Role))
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    key_hint = models.CharField(max_length=8, editable=False, help_text="The first characters of the key.")
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="terminal_name_once_per_store"),
            known("role", Role, name="terminal_role_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True, editable=False, db_default=next_value("orders_order_number_seq"))
    store = unchecked_store()
    created_by = models.CharField(max_length=100, help_text="The terminal's name.")
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
    created_at = models.DateTimeField()
    sold_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

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
                condition=Q(
                    paid_at__isnull=True,
                    payment_status=PaymentStatus.UNPAID,
                    paid_minor=0,
                    invoice_pending=False,
                )
                | (Q(paid_at__isnull=False) & ~Q(payment_status=PaymentStatus.UNPAID)),
                name="order_paid_at_iff_paid",
            ),
        ]
        indexes = [
            # Serves the list, newest first.
            models.Index(fields=["store", "-created_at", "-id"], name="order_store_newest"),
            # Serves numbering the sales that wait for a number, oldest first.
            models.Index(fields=["paid_at"], name="order_number_follows", condition=Q(invoice_pending=True)),
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

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned_quantity__gte=0, shipped_quantity__lte=F("quantity"))
                & Q(returned_quantity__lte=F("shipped_quantity")),
                name="line_returned_within_shipped_within_quantity",
            ),
            models.CheckConstraint(condition=Q(unit_price_minor__gte=0), name="line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.sku}"


class Command(models.Model):
    """The journal and inbox: stored before it is answered 202, settled with its effect in one transaction."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(
        editable=False, db_default=next_value("orders_command_seq"), help_text="The journal's order."
    )
    store = unchecked_store()
    terminal = models.ForeignKey(Terminal, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    issued_by = models.CharField(max_length=100, help_text="The terminal's name, or the task that submitted it.")
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32, help_text="SHA-256 of kind, order and payload.")
    kind = models.CharField(max_length=16, choices=choices(Kind))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, db_index=False)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=choices(CommandState), default=CommandState.PENDING)
    outcome_code = models.CharField(max_length=32, choices=choices(Code), null=True)
    outcome = models.JSONField(null=True, help_text="detail and lines")
    result = models.JSONField(null=True)
    attempts = models.IntegerField(default=0, help_text="How often a worker began it alone, after something failed.")
    blocked_by = models.ForeignKey("self", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True)
    ring_at = models.DateTimeField(help_text="When the sweeper rings for it next.")
    last_error = models.TextField(blank=True, default="")
    accepted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True, help_text="When an operator gave a parked command up.")

    class Meta:
        constraints = [
            # The idempotency key's scope is the terminal; commands of tasks have none and share one scope.
            models.UniqueConstraint(
                fields=["terminal", "key"], name="command_key_once_per_terminal", nulls_distinct=False
            ),
            known("kind", Kind, name="command_kind_known"),
            known("state", CommandState, name="command_state_known"),
            known("outcome_code", Code, name="command_outcome_known"),
            models.CheckConstraint(
                condition=Q(state="pending", outcome_code__isnull=True, settled_at__isnull=True)
                | Q(state="parked", outcome_code__isnull=True, settled_at__isnull=True)
                | Q(state="succeeded", outcome_code="applied", settled_at__isnull=False)
                | (
                    Q(state="rejected", outcome_code__isnull=False, settled_at__isnull=False)
                    & ~Q(outcome_code="applied")
                ),
                name="command_settled_iff_outcome",
            ),
        ]
        indexes = [
            # Serves helping and sweeping: the oldest pending commands, however long the history is.
            models.Index(fields=["seq"], name="command_pending", condition=Q(state="pending", blocked_by__isnull=True)),
            # Serves loading the pending commands of the locked orders, in journal order.
            models.Index(
                fields=["order", "seq"],
                name="command_pending_order",
                condition=Q(state="pending", order__isnull=False),
            ),
            # Serves loading the pending stock commands of the locked stores, in journal order.
            models.Index(
                fields=["store", "seq"],
                name="command_pending_stock",
                condition=Q(state="pending", order__isnull=True),
            ),
            # Serves an operator's look at an order: these commands leave no trace in its history.
            models.Index(fields=["order"], name="command_unapplied", condition=Q(state__in=["rejected", "parked"])),
            # Serves finding what blocks an order, and the operator's list of parked commands.
            models.Index(
                fields=["order"], name="command_parked", condition=Q(state="parked", dismissed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class StatusChange(models.Model):
    """Append-only history: one row for every command that took effect. A trigger refuses UPDATE and DELETE."""

    store = unchecked_store()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, db_index=False)
    command_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=choices(Kind))
    from_status = models.CharField(max_length=20, choices=choices(Status))
    to_status = models.CharField(max_length=20, choices=choices(Status))
    terminal = models.CharField(max_length=100, help_text="The terminal's name, or the task that submitted it.")
    reason = models.CharField(max_length=255, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        # Serves an order's history, oldest first.
        indexes = [models.Index(fields=["order", "id"], name="status_change_order")]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"


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

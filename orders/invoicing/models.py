"""The pool of invoice numbers, the refills that fill it, and the voids."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from inventory.columns import unchecked_store
from inventory.models import Store, changed_later_at, changed_later_in, changed_later_index, choices, known
from orders.invoicing.core.numbers import NumberState

_OF_NOTHING = Q(order__isnull=True, credit_note__isnull=True)
# Of a sale or of a credit note, and never of both.
_OF_ONE = Q(order__isnull=False, credit_note__isnull=True) | Q(order__isnull=True, credit_note__isnull=False)


class InvoicePool(models.Model):
    """What is known of a store's pool besides its numbers, so that nobody has to count history."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True)
    posted = models.BigIntegerField(db_default=0, help_text="How many numbers accounting has confirmed.")
    free_expected = models.BigIntegerField(
        db_default=0, help_text="How many numbers were free now, had no sale taken one since that was looked at."
    )
    sampled_at = models.DateTimeField(db_default=Now())
    burn_per_minute = models.FloatField(
        db_default=0.0, help_text="Numbers that sales took, smoothed, when that was looked at."
    )
    restored_at = models.DateTimeField(
        null=True, help_text="When the database was found restored, until a person has decided about the numbers."
    )

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(posted__gte=0, burn_per_minute__gte=0), name="pool_nothing_negative")
        ]

    def __str__(self) -> str:
        return str(self.store)


class InvoiceEpoch(models.Model):
    """One row: in which database numbers are given out (base.sql.lineage). In one that was restored none is, until
    those that receipts may bear already were set aside."""

    made_in = models.BigIntegerField()
    timeline = models.CharField(max_length=8)
    awaits_standby = models.BooleanField()

    class Meta:
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.timeline


class InvoiceRefill(models.Model):
    """One request to the accounting system for invoice IDs; its id is the idempotency key.

    Recovery points, each committed before the next step: requested (before the call), fetched (the answer as it came),
    stored (the numbers are in the pool). A refill found requested is asked for again under the same key, one found
    fetched is stored without asking: neither a lost answer nor a killed holder loses or doubles IDs.
    """

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, db_index=False)
    count = models.IntegerField()
    requested_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    answered = models.JSONField(null=True, help_text="The IDs as they were answered.")
    stored_at = models.DateTimeField(null=True, help_text="When it was over; it may have brought nothing.")
    stored_count = models.IntegerField(db_default=0, help_text="How many numbers came with it.")
    attempts = models.IntegerField(default=0, help_text="Those of earlier refills that brought nothing count too.")
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(
        null=True, help_text="Who holds the lease talks to accounting; it lapses by itself."
    )
    last_error = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ("view",)
        permissions = [("request_invoicerefill", "Can ask accounting for invoice numbers at once")]
        constraints = [
            # One open refill per store, so that two tasks cannot ask twice.
            models.UniqueConstraint(
                fields=["store"], condition=Q(stored_at__isnull=True), name="refill_open_once_per_store"
            ),
            models.CheckConstraint(condition=Q(count__gt=0, stored_count__gte=0), name="refill_count_positive"),
            models.CheckConstraint(
                condition=Q(answered__isnull=True, fetched_at__isnull=True, stored_count=0)
                | Q(answered__isnull=False, fetched_at__isnull=False),
                name="refill_fetched_before_stored",
            ),
        ]
        # Serves the last refill of a store.
        indexes = [models.Index(fields=["store", "-requested_at"], name="refill_newest")]

    def __str__(self) -> str:
        return str(self.id)


class CreditNote(models.Model):
    """What a cancel or a return took back of a paid order: one for each such command. It is a row, and neither an entry
    nor a number, since there may be nothing to post and no number yet. A trigger holds that it only gets its number."""

    command_id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, db_index=False, related_name="credit_notes")
    day = models.DateField(help_text="The business day that it belongs to.")
    pending = models.BooleanField(help_text="Its number follows.")
    created_at = models.DateTimeField()
    changed_in = changed_later_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        indexes = [
            # Serves an order's.
            models.Index(fields=["order", "created_at", "command_id"], name="credit_note_order"),
            # Serves numbering those that wait for a number, oldest first.
            models.Index(
                fields=["store", "created_at", "command_id"],
                name="credit_note_number_follows",
                condition=Q(pending=True),
            ),
            changed_later_index("credit_note_changed", "command_id"),
        ]

    def __str__(self) -> str:
        return str(self.command_id)


class InvoiceNumber(models.Model):
    """The pool. A row is fetched, then free, then assigned for ever and posted, or void with a reason: assigned to one
    order, or to one credit note, which is void at once where it gives nothing back. After a restore what was free is
    set aside: only a sale or a credit note whose receipt bears it gets it, until a person decides.

    A trigger holds that it only goes forward, and that it is never deleted.
    """

    store = unchecked_store()
    number = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=choices(NumberState), default=NumberState.FREE)
    refill = models.ForeignKey(InvoiceRefill, on_delete=models.PROTECT, null=True, db_index=False)
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, null=True, related_name="invoice")
    credit_note = models.ForeignKey(
        CreditNote, on_delete=models.PROTECT, null=True, db_index=False, related_name="numbers"
    )
    command_id = models.UUIDField(null=True)
    fetched_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    posted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=150, blank=True, db_default="", help_text="A terminal, a user or a task.")
    void_reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        default_permissions = ("view",)
        permissions = [("void_invoicenumber", "Can void free invoice numbers for good")]
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="invoice_number_once_per_store"),
            known("state", NumberState, name="invoice_number_state_known"),
            models.CheckConstraint(
                condition=Q(
                    _OF_NOTHING, state__in=["free", "set_aside"], assigned_at__isnull=True, voided_at__isnull=True
                )
                | Q(_OF_ONE, state="assigned", assigned_at__isnull=False, posted_at__isnull=True)
                | Q(_OF_ONE, state="posted", assigned_at__isnull=False, posted_at__isnull=False)
                | Q(
                    Q(_OF_NOTHING, assigned_at__isnull=True)
                    | Q(order__isnull=True, credit_note__isnull=False, assigned_at__isnull=False),
                    ~Q(void_reason=""),
                    state="void",
                    voided_at__isnull=False,
                ),
                name="invoice_number_life",
            ),
            # No index that sales have to keep.
            models.UniqueConstraint(
                fields=["credit_note"],
                condition=Q(credit_note__isnull=False),
                name="invoice_number_once_per_credit_note",
            ),
        ]
        indexes = [
            # Serves taking the oldest free numbers of a store.
            models.Index(fields=["store", "id"], name="invoice_number_free", condition=Q(state="free")),
            # These serve counting what is not free without counting history.
            models.Index(fields=["store"], name="invoice_number_assigned", condition=Q(state="assigned")),
            models.Index(fields=["store"], name="invoice_number_void", condition=Q(state="void")),
            models.Index(fields=["store"], name="invoice_number_set_aside", condition=Q(state="set_aside")),
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceCounter(models.Model):
    """How many numbers a store has drawn from its own series. A row and no sequence: a sale that rolls back gives its
    numbers back, and the series has no gap."""

    store = models.OneToOneField(Store, on_delete=models.PROTECT, primary_key=True)
    drawn = models.BigIntegerField()

    class Meta:
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=Q(drawn__gte=0), name="counter_not_negative")]

    def __str__(self) -> str:
        return str(self.drawn)


class VoidNotice(models.Model):
    """A void that accounting is told of, as often as it takes: of a number that no sale will have, or whose sale has
    nothing to post. Numbers that came without being asked for are void too, but have none: they may be somebody
    else's."""

    number = models.OneToOneField(InvoiceNumber, on_delete=models.PROTECT, primary_key=True)
    store = unchecked_store()
    attempts = models.IntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(help_text="Who tries moves it on first, so that others do not.")
    reason = models.CharField(
        max_length=255,
        blank=True,
        db_default="",
        help_text="Of a number that a sale has: why.",
    )
    told_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, db_default="")

    class Meta:
        default_permissions = ("view",)
        permissions = [("retry_voidnotice", "Can tell accounting again which numbers are void")]
        # Serves the relay: what is due.
        indexes = [models.Index(fields=["next_attempt_at"], name="void_notice_due", condition=Q(told_at__isnull=True))]

    def __str__(self) -> str:
        return str(self.number_id)

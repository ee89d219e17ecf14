"""Entries for the accounting system, and what it calls the accounts."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Case, F, Q, When

from inventory.columns import next_value, unchecked_store
from inventory.models import Store, choices, known
from orders.accounting.core import ACCOUNTS, EntryState
from orders.commands.core.tenders import EntryKind


class JournalEntry(models.Model):
    """A double-entry posting, and its way to the accounting system. A CHECK holds that debits equal credits.

    It is sent under a key that names what it books, so that accounting may hear it twice and books it once. What it
    says never changes; `sent` is that with the store's own account names, kept so that a repeat says the same.
    """

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(
        editable=False,
        db_default=next_value("orders_entry_seq"),
        help_text="Entries of one order are sent in this order.",
    )
    store = unchecked_store()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, db_index=False)
    closing = models.ForeignKey(
        "orders.Closing",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        help_text="What it tells of, if that is no order.",
    )
    command_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=choices(EntryKind))
    currency = models.CharField(max_length=3)
    day = models.DateField(help_text="The business day of what it tells.")
    postings = models.JSONField(help_text="[[account, amount_minor, tax code?, rate?], ...]: a debit is positive.")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=choices(EntryState), db_default=EntryState.PENDING)
    attempts = models.IntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(null=True, help_text="None while it waits for the sale's invoice number.")
    lease_until = models.DateTimeField(null=True, help_text="Who holds the lease sends it; it lapses by itself.")
    last_error = models.TextField(blank=True, db_default="")
    sent = models.JSONField(null=True, help_text="The postings as they were sent.")
    posted_at = models.DateTimeField(null=True)
    accounting_reference = models.CharField(max_length=100, blank=True, db_default="")

    class Meta:
        default_permissions = ("view",)
        permissions = [("retry_journalentry", "Can send parked entries to accounting again")]
        verbose_name_plural = "journal entries"
        constraints = [
            known("kind", EntryKind, name="entry_kind_known"),
            known("state", EntryState, name="entry_state_known"),
            # A command is booked once, and of an order there is one sale. Its index serves the order's entries, too.
            models.UniqueConstraint(
                F("order"),
                F("kind"),
                Case(When(kind=EntryKind.SALE, then=F("order")), default=F("command_id")),
                name="entry_once_per_command_and_one_sale",
            ),
            models.UniqueConstraint(
                fields=["closing"], name="entry_once_per_closing", condition=Q(closing__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CLOSING, order__isnull=True, closing__isnull=False)
                | ~Q(kind=EntryKind.CLOSING) & Q(order__isnull=False, closing__isnull=True),
                name="entry_of_order_or_closing",
            ),
            # The check that debits equal credits calls a function: it stands in the migration (entry_balanced).
            models.CheckConstraint(
                condition=Q(state=EntryState.PENDING, posted_at__isnull=True)
                | Q(state=EntryState.POSTED, posted_at__isnull=False, lease_until__isnull=True, sent__isnull=False)
                | (Q(state=EntryState.PARKED, posted_at__isnull=True, lease_until__isnull=True) & ~Q(last_error="")),
                name="entry_life",
            ),
        ]
        indexes = [
            # Serves the relay: what is due, the longest due first.
            models.Index(fields=["next_attempt_at", "seq"], name="entry_due", condition=Q(state=EntryState.PENDING)),
            # Serves whoever looks after what accounting refused.
            models.Index(fields=["seq"], name="entry_parked", condition=Q(state=EntryState.PARKED)),
            # Serves the report of a day. Sales, of which there are many, are found by their orders.
            models.Index(fields=["store", "day"], name="entry_of_day_but_sales", condition=~Q(kind=EntryKind.SALE)),
            # Serves the audit's look at what was posted lately; of a range of pages it has one entry.
            BrinIndex(fields=["posted_at"], name="entry_posted", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id or self.closing_id}"


class Account(models.Model):
    """What a store's accounting system calls an account that entries name; without a row it has the same name there."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, db_index=False)
    name = models.CharField(max_length=16, choices=[(name, name) for name in ACCOUNTS])
    account = models.CharField(max_length=100, help_text="Its number or name in the accounting system.")

    class Meta:
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="account_once_per_store"),
            models.CheckConstraint(condition=Q(name__in=ACCOUNTS), name="account_name_known"),
            models.CheckConstraint(condition=~Q(account=""), name="account_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.account}"

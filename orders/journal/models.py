"""The journal."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from inventory.columns import next_value, unchecked_store
from inventory.models import changed_later_at, changed_later_in, changed_later_index, choices, known
from orders.commands.core.machine import DRAWER_KINDS, MONEY_KINDS, Kind
from orders.commands.core.outcomes import Code, CommandState
from orders.commands.core.roles import Action


class Command(models.Model):
    """The journal and inbox: stored before it is answered 202, settled with its effect in one transaction."""

    id = models.UUIDField(primary_key=True)
    seq = models.BigIntegerField(
        editable=False, db_default=next_value("orders_command_seq"), help_text="The journal's order."
    )
    store = unchecked_store()
    terminal = models.ForeignKey(
        "orders.Terminal", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, null=True
    )
    issued_by = models.CharField(
        max_length=100, help_text="The terminal's name, or the user or task that submitted it."
    )
    key = models.CharField(max_length=255)
    key_freed_at = models.DateTimeField(null=True, help_text="Since when its terminal may use the key again.")
    fingerprint = models.BinaryField(max_length=32, help_text="SHA-256 of kind, order and payload.")
    kind = models.CharField(max_length=16, choices=choices(Kind))
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, db_index=False)
    drawer = models.ForeignKey(
        "orders.Terminal",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
        help_text="The terminal whose drawer it is about.",
    )
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=choices(CommandState), default=CommandState.PENDING)
    outcome_code = models.CharField(max_length=32, choices=choices(Code), null=True)
    outcome = models.JSONField(null=True, help_text="detail and lines")
    result = models.JSONField(null=True)
    attempts = models.IntegerField(default=0, help_text="How often a worker began it alone, after something failed.")
    waited_ms = models.IntegerField(
        null=True, help_text="How long the batch that settled it waited for rows that others had; none: not at all."
    )
    worker = models.CharField(
        max_length=40,
        blank=True,
        db_default="",
        help_text="Who settled it, or began it alone last: the host, and the number of its process.",
    )
    blocked_by = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="The earlier command of its order that holds it up.",
    )
    ring_at = models.DateTimeField(help_text="When the sweeper rings for it next.")
    last_error = models.TextField(blank=True, default="")
    accepted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    sequence = models.BigIntegerField(null=True, help_text="The terminal's own count, to find what never arrived.")
    dismissed_by = models.CharField(
        max_length=150, blank=True, db_default="", help_text="Who gave it up; why stands in its outcome."
    )

    closing = models.ForeignKey(
        "orders.Closing",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="The closing of its terminal's drawer that counts its money.",
    )
    # What its order shows of it.
    changed_in = changed_later_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        permissions = [
            (Action.MOVE_STOCK.value, "Can move stock"),
            ("repair_command", "Can retry and dismiss parked commands"),
        ]
        constraints = [
            # The idempotency key's scope is the terminal; who has none, a task or a user, shares one scope.
            models.UniqueConstraint(
                fields=["terminal", "key"],
                name="command_key_once_per_terminal",
                condition=Q(key_freed_at__isnull=True),
                nulls_distinct=False,
            ),
            known("kind", Kind, name="command_kind_known"),
            known("state", CommandState, name="command_state_known"),
            known("outcome_code", Code, name="command_outcome_known"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["pending", "awaiting", "parked"], outcome_code__isnull=True, settled_at__isnull=True
                )
                | Q(state="succeeded", outcome_code="applied", settled_at__isnull=False)
                | (
                    Q(state="dismissed", outcome_code="dismissed", settled_at__isnull=False, result__isnull=True)
                    & ~Q(dismissed_by="")
                )
                | (
                    Q(state="rejected", outcome_code__isnull=False, settled_at__isnull=False)
                    & ~Q(outcome_code__in=["applied", "dismissed"])
                ),
                name="command_settled_iff_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(DRAWER_KINDS), drawer__isnull=False, order__isnull=True)
                | ~Q(kind__in=sorted(DRAWER_KINDS)) & Q(drawer__isnull=True),
                name="command_of_drawer",
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
            # Serves a drawer's turn, and whoever waits for it.
            models.Index(
                fields=["drawer", "seq"],
                name="command_pending_drawer",
                condition=Q(state="pending", drawer__isnull=False),
            ),
            # Serves the closing that takes what is in none yet.
            models.Index(
                fields=["terminal", "seq"],
                name="command_unclosed",
                condition=Q(state="succeeded", closing__isnull=True, kind__in=sorted(MONEY_KINDS)),
            ),
            # These two serve the closing that lists what is left to the next drawer.
            models.Index(
                fields=["terminal", "seq"],
                name="command_unsettled",
                condition=Q(state__in=["parked", "awaiting"]) | Q(state="pending", blocked_by__isnull=False),
            ),
            models.Index(
                fields=["drawer", "seq"],
                name="command_parked_drawer",
                condition=Q(state="parked", drawer__isnull=False),
            ),
            # Serves the audit's look at what a closing counts.
            models.Index(fields=["closing"], name="command_closed", condition=Q(closing__isnull=False)),
            # Serves a terminal's gaps.
            models.Index(fields=["terminal", "sequence"], name="command_sequence", condition=Q(sequence__isnull=False)),
            # Serves an operator's look at an order: these commands leave no trace in its history.
            models.Index(
                fields=["order"],
                name="command_unapplied",
                condition=Q(state__in=["awaiting", "rejected", "parked", "dismissed"]),
            ),
            # Serves finding what blocks an order, and the operator's list of parked commands.
            models.Index(fields=["order"], name="command_blocking", condition=Q(state__in=["parked", "awaiting"])),
            # Serves the audit's look at what was settled lately; of a range of pages it has one entry.
            BrinIndex(fields=["settled_at"], name="command_settled", autosummarize=True),
            changed_later_index("command_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

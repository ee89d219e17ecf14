"""Payment providers: what they were asked before a sale, and what they have still to do after it."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from inventory.columns import unchecked_store
from inventory.models import (
    changed_in,
    changed_index,
    changed_later_at,
    changed_later_in,
    changed_later_index,
    choices,
    known,
)
from orders.commands.core.authorization import AuthorizationState
from orders.commands.core.tenders import Method, PaymentKind
from orders.payments.core.instructions import InstructionKind, InstructionState


class Authorization(models.Model):
    """One online tender of one pay, and its recovery points: requested (committed before the provider is asked), then
    authorized or declined (the answer). The provider knows the request by a key that its pay's own is part of.

    While it is requested its command waits, and the order with it. One that is found requested is asked for again under
    the same key: neither a lost answer nor a killed worker charges twice.
    """

    id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT)
    command_id = models.UUIDField()
    position = models.IntegerField(help_text="The tender's in its pay, from 0.")
    provider = models.CharField(max_length=32)
    token = models.CharField(max_length=255, help_text="What the provider knows the customer's means of payment by.")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    state = models.CharField(
        max_length=10, choices=choices(AuthorizationState), db_default=AuthorizationState.REQUESTED
    )
    reference = models.CharField(max_length=255, blank=True, db_default="", help_text="The provider's own.")
    detail = models.TextField(blank=True, db_default="", help_text="Why it was declined.")
    attempts = models.IntegerField(db_default=0)
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(
        null=True, help_text="When the provider was first asked, whatever came of it. Nothing resets it."
    )
    answered_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True, help_text="None while its parked command waits for an operator.")
    lease_until = models.DateTimeField(null=True, help_text="Who holds the lease asks; it lapses by itself.")
    last_error = models.TextField(blank=True, db_default="")

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["command_id", "position"], name="authorization_once_per_tender"),
            known("state", AuthorizationState, name="authorization_state_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="authorization_of_something"),
            models.CheckConstraint(
                condition=Q(state=AuthorizationState.REQUESTED, answered_at__isnull=True, reference="")
                | (
                    Q(state=AuthorizationState.AUTHORIZED, answered_at__isnull=False, lease_until__isnull=True)
                    & ~Q(reference="")
                )
                | Q(state=AuthorizationState.DECLINED, answered_at__isnull=False, lease_until__isnull=True),
                name="authorization_life",
            ),
        ]
        indexes = [
            # Serves whoever asks: what is due, the longest due first.
            models.Index(
                fields=["next_attempt_at"],
                name="authorization_due",
                condition=Q(state=AuthorizationState.REQUESTED),
            ),
        ]

    def __str__(self) -> str:
        return f"authorization by {self.provider}"


class PaymentInstruction(models.Model):
    """What a provider has still to do about an authorization: capture it, void it, or refund some of it.

    Written with the decision that it follows from, and carried out after it, in order within an order, each under a key
    made of the authorization, the kind and the command, so that the provider may hear it twice and does it once.
    """

    store = unchecked_store()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT)
    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="instructions")
    command_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=choices(InstructionKind))
    amount_minor = models.BigIntegerField()
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField(
        null=True, help_text="When the provider was first asked, whatever came of it. Nothing resets it."
    )
    state = models.CharField(max_length=8, choices=choices(InstructionState), db_default=InstructionState.PENDING)
    attempts = models.IntegerField(db_default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, help_text="Who holds the lease carries it out; it lapses by itself.")
    last_error = models.TextField(blank=True, db_default="")
    reference = models.CharField(max_length=255, blank=True, db_default="", help_text="The provider's own.")
    done_at = models.DateTimeField(null=True)
    changed_in = changed_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        permissions = [("retry_paymentinstruction", "Can tell payment providers parked instructions again")]
        constraints = [
            known("kind", InstructionKind, name="instruction_kind_known"),
            known("state", InstructionState, name="instruction_state_known"),
            models.UniqueConstraint(
                fields=["authorization"],
                condition=Q(kind__in=[InstructionKind.CAPTURE, InstructionKind.VOID]),
                name="instruction_captures_or_voids_once",
            ),
            models.UniqueConstraint(
                fields=["authorization", "command_id"],
                condition=Q(kind=InstructionKind.REFUND),
                name="instruction_refunds_once_per_command",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="instruction_of_something"),
            models.CheckConstraint(
                condition=Q(state=InstructionState.PENDING, done_at__isnull=True)
                | Q(state=InstructionState.DONE, done_at__isnull=False, lease_until__isnull=True)
                | (
                    Q(state=InstructionState.PARKED, done_at__isnull=True, lease_until__isnull=True) & ~Q(last_error="")
                ),
                name="instruction_life",
            ),
        ]
        indexes = [
            # Serves the relay: what is due, the longest due first.
            models.Index(
                fields=["next_attempt_at", "id"],
                name="instruction_due",
                condition=Q(state=InstructionState.PENDING),
            ),
            # Serves whoever looks after what a provider refused.
            models.Index(fields=["id"], name="instruction_parked", condition=Q(state=InstructionState.PARKED)),
            # Serves the audit's look at what was carried out lately; of a range of pages it has one entry.
            BrinIndex(fields=["done_at"], name="instruction_done", autosummarize=True),
            changed_index("instruction_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of order {self.order_id}"


class Payment(models.Model):
    """Money taken (a tender) or given back (a refund), by one method."""

    id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="payments")
    command_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=choices(PaymentKind))
    method = models.CharField(max_length=8, choices=choices(Method))
    amount_minor = models.BigIntegerField(help_text="What counts towards the order: change is already taken off.")
    tendered_minor = models.BigIntegerField(help_text="What the customer handed over.")
    reference = models.CharField(max_length=255, blank=True, default="")
    authorization = models.ForeignKey(
        Authorization, on_delete=models.PROTECT, null=True, db_index=False, help_text="What took it online."
    )
    reverses = models.ForeignKey(
        "self",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        help_text="Of a refund, the payment that it gives back; none where cash goes back in place of another.",
    )
    created_at = models.DateTimeField()
    changed_in = changed_later_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            known("kind", PaymentKind, name="payment_kind_known"),
            known("method", Method, name="payment_method_known"),
            models.CheckConstraint(
                condition=Q(method=Method.ONLINE, authorization__isnull=False)
                | (~Q(method=Method.ONLINE) & Q(authorization__isnull=True)),
                name="payment_authorized_iff_online",
            ),
            # What was authorized once is taken once.
            models.UniqueConstraint(
                fields=["authorization"],
                condition=Q(kind=PaymentKind.TENDER, authorization__isnull=False),
                name="payment_once_per_authorization",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, tendered_minor__gte=F("amount_minor")),
                name="payment_within_tendered",
            ),
            # What is due may be rounded to nothing, or be tendered before.
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0) | Q(kind=PaymentKind.TENDER, method=Method.CASH),
                name="payment_of_something_unless_cash_is_taken",
            ),
            # Only of cash something is given back at once.
            models.CheckConstraint(
                condition=Q(tendered_minor=F("amount_minor")) | Q(kind=PaymentKind.TENDER, method=Method.CASH),
                name="payment_change_is_of_cash_that_is_taken",
            ),
            # Money goes back to where it came from; cash may stand in for it.
            models.CheckConstraint(
                condition=Q(kind=PaymentKind.TENDER, reverses__isnull=True)
                | (Q(kind=PaymentKind.REFUND) & (Q(reverses__isnull=False) | Q(method=Method.CASH))),
                name="payment_reverses_iff_refund_or_is_cash",
            ),
        ]
        indexes = [changed_later_index("payment_changed")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.method}"

"""Drawers: what a terminal's drawer holds, what was put in and taken out of it, and its closings."""

from django.db import models
from django.db.models import Q

from inventory.columns import unchecked_store
from orders.terminals.models import Terminal


class Drawer(models.Model):
    """A terminal's drawer, open or not. Whoever opens, moves or closes it locks this row.

    `opened_seq` is the opening's place in the journal: what was sold before it, and after the closing before, was taken
    while no drawer was open.
    """

    terminal = models.OneToOneField(Terminal, on_delete=models.PROTECT, primary_key=True)
    store = unchecked_store()
    opened_at = models.DateTimeField(null=True)
    opened_seq = models.BigIntegerField(null=True)
    float_minor = models.BigIntegerField(db_default=0)
    before_opening_minor = models.BigIntegerField(db_default=0)
    last_number = models.IntegerField(db_default=0, help_text="Of its last closing.")
    last_sequence = models.BigIntegerField(
        db_default=0, help_text="The highest of the terminal's own count that its closings have looked at."
    )

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_seq__isnull=True)
                | Q(opened_at__isnull=False, opened_seq__isnull=False),
                name="drawer_open_since",
            ),
            models.CheckConstraint(
                condition=Q(float_minor__gte=0, last_number__gte=0, last_sequence__gte=0),
                name="drawer_nothing_negative",
            ),
        ]
        # Serves who changes what a store's open drawers depend on.
        indexes = [models.Index(fields=["store"], name="drawer_open", condition=Q(opened_at__isnull=False))]

    def __str__(self) -> str:
        return str(self.terminal)


class DrawerMovement(models.Model):
    """Cash that was put in, or taken out, without a sale. Append-only, but for the closing that counts it. `reason`:
    null where it named a person who was forgotten."""

    store = unchecked_store()
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, db_index=False)
    command_id = models.UUIDField(unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=500, null=True)
    at = models.DateTimeField()
    closing = models.ForeignKey(
        "orders.Closing", on_delete=models.PROTECT, null=True, db_index=False, related_name="movements"
    )

    class Meta:
        default_permissions = ("view",)
        indexes = [
            # Serves the drawer that is open, and its closing.
            models.Index(fields=["terminal"], name="drawer_movement_unclosed", condition=Q(closing__isnull=True)),
            # Serves the audit's look at what a closing counts.
            models.Index(fields=["closing"], name="drawer_movement_closed", condition=Q(closing__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.reason or "cash movement"


class Closing(models.Model):
    """What a drawer came to when it was closed: numbered for each terminal without gaps, and never changed. `figures`
    is what the outside is told, but for what people wrote: the movements' reasons stand with the movements alone
    (`ringup_closing_told`). `hash` is that of all of it, and the next one names it."""

    id = models.UUIDField(primary_key=True)
    store = unchecked_store()
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField()
    command_id = models.UUIDField(unique=True)
    opened_seq = models.BigIntegerField()
    closed_seq = models.BigIntegerField()
    closed_at = models.DateTimeField()
    figures = models.JSONField()
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # Its index serves a terminal's closing by number, and the one before.
            models.UniqueConstraint(fields=["terminal", "number"], name="closing_number_once_per_terminal"),
            models.CheckConstraint(
                condition=Q(number__gte=1, opened_seq__lt=models.F("closed_seq")), name="closing_after_opening"
            ),
        ]
        indexes = [
            # These two serve a store's and a terminal's closings, the newest first.
            models.Index(fields=["store", "closed_at", "id"], name="closing_of_store"),
            models.Index(fields=["terminal", "closed_at", "id"], name="closing_of_terminal"),
            # Serves whether a terminal's drawer was open at a place of the journal.
            models.Index(fields=["terminal", "closed_seq"], name="closing_at_place"),
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id} no. {self.number}"

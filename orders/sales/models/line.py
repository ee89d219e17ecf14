"""The lines of orders, and their history."""

from django.db import models
from django.db.models import F, Func, Q

from inventory.columns import unchecked_store
from inventory.models import Product, changed_in, changed_index, choices
from orders.commands.core.machine import Kind, Status
from orders.sales.models.order import Order


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
    unit = models.CharField(max_length=64, db_default="piece")
    quantity_decimals = models.SmallIntegerField(db_default=0)
    list_price_minor = models.BigIntegerField(help_text="The catalogue's, as it was.")
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(db_default=0, help_text="Its own, and its share of the order's.")
    own_discount_minor = models.BigIntegerField(null=True, help_text="As it was given off this line.")
    own_discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    tax_code = models.CharField(max_length=64, null=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=4, null=True, help_text="In percent.")
    net_minor = models.BigIntegerField(help_text="Without tax.")
    tax_minor = models.BigIntegerField(db_default=0)
    # Before any discount.
    amount_minor = models.GeneratedField(
        expression=Func("quantity", "unit_price_minor", "quantity_decimals", function="ringup_amount"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    shipped_quantity = models.BigIntegerField(default=0)
    returned_quantity = models.BigIntegerField(default=0)
    backordered_quantity = models.BigIntegerField(db_default=0)
    backordered_at = models.DateTimeField(null=True, help_text="Its order's, while the line waits for stock.")
    cancelled_quantity = models.BigIntegerField(db_default=0)
    skipped = models.BooleanField(db_default=False, help_text="No level counted it when it was held or paid.")

    class Meta:
        default_permissions = ("view",)
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, returned_quantity__gte=0, shipped_quantity__lte=F("quantity"))
                & Q(returned_quantity__lte=F("shipped_quantity")),
                name="line_returned_within_shipped_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(unit_price_minor__gte=0, list_price_minor__gte=0), name="line_price_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, net_minor__gte=0, tax_minor__gte=0)
                & Q(net_minor__lte=F("amount_minor") - F("discount_minor"))
                & Q(Q(own_discount_minor__isnull=True) | Q(own_discount_percent__isnull=True)),
                name="line_net_within_amount_less_discount",
            ),
            models.CheckConstraint(
                condition=Q(tax_code__isnull=True, tax_rate__isnull=True, tax_minor=0)
                | Q(tax_code__isnull=False, tax_rate__gte=0, tax_rate__lte=100),
                name="line_tax_iff_code",
            ),
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
    changed_in = changed_in()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            # A command takes effect on an order once. Its index serves the order's history, too.
            models.UniqueConstraint(fields=["order", "command_id"], name="status_change_once_per_command")
        ]
        indexes = [
            changed_index("status_change_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} -> {self.to_status}"

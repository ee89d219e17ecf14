"""What PostgreSQL must guarantee about stock.

Rows that the outside names by an id carry a UUIDv7; rows that only the server joins carry a bigint, which halves the
indexes that every sale writes. References to rows that are never deleted (store, level) are not checked by a trigger:
each check would lock the one store row for every sale of the shop.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Concat, LPad

from inventory.core.movements import MovementKind
from inventory.core.products import PIECE
from inventory.models.stores import Store
from inventory.models.words import changed_at, changed_in, changed_index, changed_later_at, choices, known


class Location(models.Model):
    store = models.ForeignKey(Store, on_delete=models.PROTECT)
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    priority = models.IntegerField(default=0, help_text="Picked from in ascending order.")
    changed_in = changed_in()
    changed_at = changed_at()

    class Meta:
        default_permissions = ("view", "add", "change")
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="location_code_once_per_store")]
        indexes = [
            changed_index("location_changed"),
        ]

    def __str__(self) -> str:
        return self.code


class Product(models.Model):
    store = models.ForeignKey(Store, on_delete=models.PROTECT, db_index=False)
    sku = models.CharField(max_length=64)
    gtin = models.CharField(max_length=14, blank=True, default="")
    name = models.CharField(max_length=200)
    price_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    tracks_stock = models.BooleanField(default=True)
    tax_code = models.CharField(max_length=64, null=True, blank=True, help_text="One of the store's taxes.")
    unit = models.CharField(max_length=64, default=PIECE, db_default=PIECE, help_text="What its price is for.")
    quantity_decimals = models.SmallIntegerField(
        default=0, db_default=0, help_text="Quantities are whole numbers: with 3 decimals of a unit, 345 is 0.345."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    changed_in = changed_in()
    changed_at = changed_at()
    # A code of zeros is no code, but a word to find what has it.
    search = models.GeneratedField(
        expression=Func(
            Concat(
                "sku",
                Value("\n"),
                "name",
                Case(When(gtin__regex="[1-9]", then=Value("")), default=Concat(Value("\n"), "gtin")),
                output_field=models.TextField(),
            ),
            function="ringup_folded",
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(fields=["store", "sku"], name="product_sku_once_per_store"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="product_price_not_negative"),
            models.CheckConstraint(
                condition=Q(quantity_decimals__gte=0, quantity_decimals__lte=3), name="product_decimals_known"
            ),
            # A code is one product's, with leading zeros or without; and serves finding it. Zeros alone are no code.
            models.UniqueConstraint(
                F("store"),
                LPad("gtin", 14, Value("0")),
                condition=Q(gtin__regex="[1-9]"),
                name="product_gtin_once_per_store",
            ),
        ]
        indexes = [
            # Serves a store's catalogue, newest first.
            models.Index(fields=["store", "id"], name="product_store"),
            # Serves finding products by a part of their SKU or name, of three characters or more.
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="product_search"),
            # Serves the list of what is not counted.
            models.Index(fields=["id"], name="product_uncounted", condition=Q(tracks_stock=False)),
            changed_index("product_changed"),
        ]

    def __str__(self) -> str:
        return self.sku


class StockLevel(models.Model):
    """One product at one location. `available = on_hand - reserved` is derived, never stored."""

    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, db_index=False)
    on_hand = models.BigIntegerField(default=0)
    reserved = models.BigIntegerField(default=0)
    reorder_point = models.BigIntegerField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        permissions = [("change_stocklevel", "Can set reorder points")]
        constraints = [
            # Serves the lock of all levels of a product, and the law that a level exists once.
            models.UniqueConstraint(fields=["product", "location"], name="level_once_per_product_and_location"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & Q(on_hand__gte=F("reserved")),
                name="level_reserved_within_on_hand",
            ),
        ]
        indexes = [
            # Serves the list of a store's items.
            models.Index(fields=["store", "product"], name="level_store_product"),
            # Serves the report of what needs reordering; no sale changes what is in it, so levels are updated in place.
            models.Index(fields=["id"], name="level_reordered", condition=Q(reorder_point__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.product} at {self.location}"


class Hold(models.Model):
    """A reservation on one level, for an order line or for a free reference. It lives as long as its row."""

    id = models.UUIDField(primary_key=True)
    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    level = models.ForeignKey(StockLevel, on_delete=models.PROTECT)
    quantity = models.BigIntegerField()
    order_id = models.UUIDField(null=True)
    order_line_id = models.UUIDField(null=True)
    reference = models.CharField(max_length=255, blank=True, default="")
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hold_quantity_positive"),
            models.CheckConstraint(
                condition=(
                    Q(order_id__isnull=False, order_line_id__isnull=False, reference="")
                    | (Q(order_id__isnull=True, order_line_id__isnull=True) & ~Q(reference=""))
                ),
                name="hold_for_a_line_or_a_reference",
            ),
        ]
        indexes = [
            # Serves loading an order's holds.
            models.Index(fields=["order_id"], name="hold_order", condition=Q(order_id__isnull=False)),
            # Serves loading a reference's holds.
            models.Index(fields=["store", "reference"], name="hold_reference", condition=~Q(reference="")),
            # Serves the task that releases lapsed holds.
            models.Index(fields=["expires_at", "id"], name="hold_expiry", condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class StockMovement(models.Model):
    """Append-only ledger of every change to a level; a trigger refuses UPDATE and DELETE."""

    store = models.ForeignKey(Store, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    level = models.ForeignKey(StockLevel, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False)
    location = models.ForeignKey(
        Location, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, help_text="The level's."
    )
    kind = models.CharField(max_length=16, choices=choices(MovementKind))
    quantity_change = models.BigIntegerField()
    reserved_change = models.BigIntegerField()
    quantity_after = models.BigIntegerField()
    reserved_after = models.BigIntegerField()
    reference = models.CharField(max_length=255, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    order_id = models.UUIDField(null=True)
    command_id = models.UUIDField(null=True)
    created_by = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    changed_in = changed_in()
    changed_at = changed_later_at()

    class Meta:
        default_permissions = ("view",)
        constraints = [
            known("kind", MovementKind, name="movement_kind_known"),
            models.CheckConstraint(
                condition=Q(reserved_after__gte=0) & Q(quantity_after__gte=F("reserved_after")),
                name="movement_reserved_within_on_hand",
            ),
        ]
        indexes = [
            # Serves the audit's sums per level and a product's ledger, newest first.
            models.Index(fields=["level", "id"], name="movement_level"),
            # Serves an order's ledger.
            models.Index(fields=["order_id"], name="movement_order", condition=Q(order_id__isnull=False)),
            # Serves the audit of commands that move stock and have no order; a sale is not in it.
            models.Index(fields=["command_id"], name="movement_command", condition=Q(order_id__isnull=True)),
            # Serves telling a reference hold that lapsed from one that never was.
            models.Index(fields=["store", "reference"], name="movement_reference", condition=~Q(reference="")),
            # Serves a location's ledger, newest first, and a store's: that of its few locations together.
            models.Index(fields=["location", "id"], name="movement_location"),
            # These serve the ledger of one kind; what a sale at the counter writes is in neither, so that it pays for
            # none of them: nearly all movements are outbound, and a page of those is found at once.
            models.Index(fields=["location", "kind", "id"], name="movement_rare", condition=~Q(kind="outbound")),
            models.Index(fields=["level", "kind", "id"], name="movement_level_rare", condition=~Q(kind="outbound")),
            changed_index("movement_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity_change:+d}"

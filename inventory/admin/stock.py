"""Levels, holds and the ledger. A level's quantities are changed by commands; only its reorder point is set here."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from base.admin.column import quantity_of
from base.admin.in_units import InUnits, shown, stored
from base.admin.window import Kept, Window, identifier, link, words
from base.http.fields import QUANTITY_MAX
from base.sql.folded import of_product
from inventory.core.movements import MovementKind
from inventory.models import Hold, StockLevel, StockMovement

AVAILABLE = F("on_hand") - F("reserved")
DONE = {
    MovementKind.INBOUND: "received",
    MovementKind.OUTBOUND: "went out",
    MovementKind.ADJUST: "adjusted",
    MovementKind.SET: "counted",
    MovementKind.IMPORT: "imported",
    MovementKind.RETURN_IN: "came back",
    MovementKind.DAMAGED: "written off",
    MovementKind.RESERVE: "held",
    MovementKind.RELEASE: "let go",
    MovementKind.TRANSFER: "carried over",
}
"""What each kind of movement says to people."""
NEEDS_REORDER = Q(reorder_point__gte=AVAILABLE)


class NeedsReorder(admin.SimpleListFilter):
    title = "reorder"
    parameter_name = "reorder"

    def lookups(self, request: HttpRequest, model_admin: object) -> Sequence[tuple[str, str]]:
        return [("needed", "Needed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StockLevel]) -> QuerySet[StockLevel]:
        return queryset.filter(NEEDS_REORDER) if self.value() == "needed" else queryset


class StockLevelForm(forms.ModelForm):  # type: ignore[type-arg]
    reorder_point = InUnits(
        steps_max=QUANTITY_MAX,
        required=False,
        help_text="Reorder when no more than this is available. Empty: never.",
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if "reorder_point" in self.fields:
            shown(self, "reorder_point", self.instance.product.quantity_decimals)

    def clean_reorder_point(self) -> int | None:
        return stored(self, "reorder_point", self.instance.product.quantity_decimals)


@admin.register(StockLevel)
class StockLevelAdmin(Kept):
    form = StockLevelForm
    list_display = ("product", "name", "location", "on_hand", "reserved", "available", "reorder_point", "needs_reorder")
    list_select_related = ("product", "location")
    list_filter = (NeedsReorder, "location", "store")
    ordering = ("-id",)
    found_by = {words: ["product__search"]}
    readonly_fields = ("product", "location", "on_hand", "reserved", "available", "needs_reorder")
    fields = (*readonly_fields, "reorder_point")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StockLevel]:
        levels: QuerySet[StockLevel] = super().get_queryset(request)
        return levels.select_related("product", "location").annotate(available=AVAILABLE)

    def find(self, rows: QuerySet[StockLevel], term: str) -> QuerySet[StockLevel]:
        return rows.filter(of_product(words(term), to="product__"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: StockLevel, form: object, change: bool) -> None:
        """This field alone: a sale may have changed the quantities since the form was shown."""
        obj.save(update_fields=["reorder_point"])

    @admin.display(description="name")
    def name(self, level: StockLevel) -> str:
        return level.product.name

    @admin.display(description="available", ordering="available")
    def available(self, level: StockLevel) -> str:
        return quantity_of(level, level.on_hand - level.reserved)

    @display(description="needs reorder", label={"reorder": "danger"})
    def needs_reorder(self, level: StockLevel) -> str:
        low = level.reorder_point is not None and level.on_hand - level.reserved <= level.reorder_point
        return "reorder" if low else ""


class HoldAdmin(Window):
    """A hold without its order's number: orders.journal.admin.of_orders shows that, and is what is registered."""

    list_display = ("product", "location", "quantity", "whose", "expires_at", "created_at")
    list_select_related = ("level__product", "level__location")
    list_filter = ("level__location", "store")
    looks_back = 5_000
    ordering = ("-id",)
    found_by = {identifier: ["id", "order_id"], words: ["level__product__sku"]}
    search_help_text = "SKU, reference, or id of an order or a hold"
    fields = ("id", "product", "location", "quantity", "whose", "order_line_id", "expires_at", "created_at")

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Either has its index, both in one question have none."""
        found = super().find(rows, term)
        return found if found.exists() else rows.filter(reference=words(term))

    @admin.display(description="product")
    def product(self, hold: Hold) -> str:
        return link("inventory_stocklevel", hold.level_id, hold.level.product.sku)

    @admin.display(description="location")
    def location(self, hold: Hold) -> str:
        return hold.level.location.code

    @admin.display(description="held for")
    def whose(self, hold: Any) -> str:
        return link("orders_order", hold.order_id, hold.order_number) if hold.order_id else hold.reference


class StockMovementAdmin(Window):
    """A movement without its order's number: as of holds."""

    list_display = (
        "created_at",
        "what",
        "product",
        "location",
        "quantity_change",
        "reserved_change",
        "quantity_after",
        "reserved_after",
        "created_by",
        "reason",
        "reference",
        "order",
    )
    list_select_related = ("level__product", "level__location", "location")
    list_filter = ("kind", "location", "store", "created_at")
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], words: ["level__product__sku"]}
    search_help_text = "SKU, reference, or id of an order"
    fields = (*list_display, "command_id", "store")

    @admin.display(description="product")
    def product(self, movement: StockMovement) -> str:
        return link("inventory_stocklevel", movement.level_id, movement.level.product.sku)

    @admin.display(description="location")
    def location(self, movement: StockMovement) -> str:
        return movement.level.location.code

    def find(self, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Either has its index, both in one question have none."""
        found = super().find(rows, term)
        return found if found.exists() else rows.filter(reference=words(term))

    @admin.display(description="what")
    def what(self, movement: StockMovement) -> str:
        return DONE[MovementKind(movement.kind)]

    @admin.display(description="order")
    def order(self, movement: Any) -> str:
        return link("orders_order", movement.order_id, movement.order_number)

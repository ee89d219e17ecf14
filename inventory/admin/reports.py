"""What somebody has to see to: levels that reached their reorder point, until they have recovered, and what was sold
though no figure knew of it, until it was counted. An operator who has seen to it acknowledges it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action

from base.admin.window import Window, link, words
from inventory.models import LowStock, Shortfall


class ReportAdmin(Window):
    """Reports of levels."""

    list_select_related = ("level__product", "level__location")
    looks_back = 5_000
    ordering = ("-id",)
    found_by = {words: ["level__product__sku"]}
    actions = ("acknowledge",)

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"inventory.acknowledge_{self.opts.model_name}")

    @action(description="Acknowledge", permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Who was first stays."""
        new = queryset.filter(acknowledged_at=None)
        count = new.update(acknowledged_at=timezone.now(), acknowledged_by=request.user.get_username())
        self.message_user(request, f"{count} acknowledged.", messages.SUCCESS if count else messages.INFO)

    @admin.display(description="product")
    def product(self, report: LowStock | Shortfall) -> str:
        return link("inventory_stocklevel", report.level_id, report.level.product.sku)

    @admin.display(description="location")
    def location(self, report: LowStock | Shortfall) -> str:
        return report.level.location.code


@admin.register(LowStock)
class LowStockAdmin(ReportAdmin):
    list_display = (
        "reported_at",
        "product",
        "location",
        "available",
        "reorder_point",
        "acknowledged_at",
        "acknowledged_by",
        "recovered_at",
    )
    list_filter = (
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("recovered_at", admin.EmptyFieldListFilter),
        "level__location",
        "store",
    )
    fields = (*list_display, "store")


@admin.register(Shortfall)
class ShortfallAdmin(ReportAdmin):
    list_display = (
        "reported_at",
        "product",
        "location",
        "quantity",
        "order",
        "acknowledged_at",
        "acknowledged_by",
        "counted_at",
    )
    list_filter = (
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("counted_at", admin.EmptyFieldListFilter),
        "level__location",
        "store",
    )
    fields = (*list_display, "store")

    @admin.display(description="order")
    def order(self, shortfall: Shortfall) -> str:
        return link("orders_order", shortfall.order_id, str(shortfall.order_id))

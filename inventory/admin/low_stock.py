"""What has to be reordered, until an operator has seen to it."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action

from base.admin.window import Window, link, words
from inventory.models import LowStock


@admin.register(LowStock)
class LowStockAdmin(Window):
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
    list_select_related = ("level__product", "level__location")
    list_filter = (
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("recovered_at", admin.EmptyFieldListFilter),
        "level__location",
        "store",
    )
    looks_back = 5_000
    ordering = ("-id",)
    found_by = {words: ["level__product__sku"]}
    actions = ("acknowledge",)
    fields = (*list_display, "store")

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inventory.change_lowstock")

    @action(description="Acknowledge", permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[LowStock]) -> None:
        """Who was first stays."""
        new = queryset.filter(acknowledged_at=None)
        count = new.update(acknowledged_at=timezone.now(), acknowledged_by=request.user.get_username())
        self.message_user(request, f"{count} acknowledged.", messages.SUCCESS if count else messages.INFO)

    @admin.display(description="product")
    def product(self, report: LowStock) -> str:
        return link("inventory_stocklevel", report.level_id, report.level.product.sku)

    @admin.display(description="location")
    def location(self, report: LowStock) -> str:
        return report.level.location.code

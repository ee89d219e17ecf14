"""What was sold though no figure knew of it, until an operator has seen to it or it was counted."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import action

from base.admin.window import Window, link, words
from inventory.models import Shortfall


@admin.register(Shortfall)
class ShortfallAdmin(Window):
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
    list_select_related = ("level__product", "level__location")
    list_filter = (
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("counted_at", admin.EmptyFieldListFilter),
        "level__location",
        "store",
    )
    looks_back = 5_000
    ordering = ("-id",)
    found_by = {words: ["level__product__sku"]}
    actions = ("acknowledge",)
    fields = (*list_display, "store")

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inventory.change_shortfall")

    @action(description="Acknowledge", permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Shortfall]) -> None:
        """Who was first stays."""
        new = queryset.filter(acknowledged_at=None)
        count = new.update(acknowledged_at=timezone.now(), acknowledged_by=request.user.get_username())
        self.message_user(request, f"{count} acknowledged.", messages.SUCCESS if count else messages.INFO)

    @admin.display(description="product")
    def product(self, shortfall: Shortfall) -> str:
        return link("inventory_stocklevel", shortfall.level_id, shortfall.level.product.sku)

    @admin.display(description="location")
    def location(self, shortfall: Shortfall) -> str:
        return shortfall.level.location.code

    @admin.display(description="order")
    def order(self, shortfall: Shortfall) -> str:
        return link("orders_order", shortfall.order_id, str(shortfall.order_id))

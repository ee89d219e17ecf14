"""A product's page, with why it cannot be sold."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from base.admin.column import Shown
from base.admin.window import link_to
from inventory.admin.catalogue import ProductAdmin
from inventory.models import Product
from orders.commands.core.machine import Kind
from orders.journal.admin.product.sells import sells
from orders.journal.admin.product.stands import holders, moved, stands
from orders.journal.admin.stock.forms import FORMS
from orders.journal.admin.stock.send import may_send

ANSWERS = ("can_be_sold", "in_stock", "held", "last_moved", "by_hand")
"""Of a product that there is."""


@admin.register(Product)
class ProductWithStock(ProductAdmin):
    readonly_fields = (*ProductAdmin.readonly_fields, *ANSWERS)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[str | Shown]:
        fields = super().get_fields(request, obj)
        return [*ANSWERS, *fields] if obj else fields

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **more: Any) -> Any:
        """A field that asks for the user's rights has no other way to them than its row."""
        if obj:
            obj.may_move_stock = may_send(request.user, Kind.RECEIVE)
        return super().get_form(request, obj, change, **more)

    @admin.display(description="Can it be sold?")
    def can_be_sold(self, product: Any) -> str:
        return sells(product, may_receive=product.may_move_stock)

    @admin.display(description="in stock")
    def in_stock(self, product: Product) -> str:
        return stands(product) or "-"

    @admin.display(description="held")
    def held(self, product: Product) -> str:
        return holders(product) or "-"

    @admin.display(description="last movements")
    def last_moved(self, product: Product) -> str:
        return moved(product) or "-"

    @admin.display(description="by hand")
    def by_hand(self, product: Any) -> str:
        if not product.may_move_stock or not product.tracks_stock:
            return "-"
        pages = [(form.title, reverse("stock:move", args=[verb])) for verb, form in FORMS.items()]
        links = ((link_to(f"{page}?product={product.pk}", title),) for title, page in pages)
        return format_html_join(", ", "{}", links)

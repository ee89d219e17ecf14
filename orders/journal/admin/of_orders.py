"""Holds and movements, with the numbers of the orders that they are of."""

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from inventory.admin.stock import HoldAdmin, StockMovementAdmin
from inventory.models import Hold, StockMovement
from orders.sales.models import Order


def with_numbers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """They know an order by its id alone, and there is no key to join by."""
    number = Order.objects.filter(id=OuterRef("order_id")).values("number")
    numbered: QuerySet[Any] = rows.annotate(order_number=Subquery(number))
    return numbered


@admin.register(Hold)
class HoldOfOrder(HoldAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_numbers(super().get_queryset(request))


@admin.register(StockMovement)
class MovementOfOrder(StockMovementAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_numbers(super().get_queryset(request))

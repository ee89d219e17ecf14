"""An order's page, with the commands that made it what it is."""

from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from base.admin.window import Pane, link
from orders.journal.admin.found import of_order
from orders.journal.models import Command
from orders.sales.admin import Entries, History, Invoice, Lines, OrderAdmin, Payments
from orders.sales.models import Order


class Commands(Pane):
    model = Command
    fields = ("accepted_at", "kind", "state", "outcome_code", "issued_by", "attempts", "last_error", "page")
    ordering = ("seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Command]:
        match = request.resolver_match
        assert match is not None
        commands: QuerySet[Command] = super().get_queryset(request)
        return commands.filter(of_order(UUID(match.kwargs["object_id"])))

    @admin.display(description="command")
    def page(self, command: Command) -> str:
        return link("orders_command", command.id)


@admin.register(Order)
class OrderWithCommands(OrderAdmin):
    inlines = (Lines, Payments, History, Commands, Invoice, Entries)

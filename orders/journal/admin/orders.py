"""An order's page, with the commands that made it what it is."""

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.module_loading import import_string

from base.admin.pane import Pane
from base.admin.window import link
from orders.commands.admin.rows import link_to_receipt
from orders.journal.admin.found import of_order
from orders.journal.admin.payments import Payments
from orders.journal.admin.story import story_of_order
from orders.journal.models import Command
from orders.receipts.core.make import receipt_of, receipt_of_command
from orders.receipts.core.page import Page
from orders.receipts.db import sold_order
from orders.sales.admin.orders import OrderAdmin
from orders.sales.admin.panes import CreditNotes, Entries, History, Invoice, Lines
from orders.sales.models import Order

AS_PAGE = "orders.receipts.html.as_page"


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
    inlines = (Lines, Payments, CreditNotes, History, Commands, Invoice, Entries)
    fields = (*OrderAdmin.fields[:4], "story", *OrderAdmin.fields[4:], "receipt")

    @admin.display(description="story")
    def story(self, order: Order) -> str:
        return story_of_order(order)

    @admin.display(description="paper")
    def receipt(self, order: Order) -> str:
        return link_to_receipt(order.id, "receipt" if order.paid_at else "pro forma")

    def get_urls(self) -> list[URLPattern]:
        own = path("<uuid:order_id>/receipt/", self.admin_site.admin_view(self.paper), name="orders_order_receipt")
        return [own, *super().get_urls()]

    def paper(self, request: HttpRequest, order_id: UUID) -> HttpResponse:
        """As the customer got it, of the order or of one of its commands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        order = get_object_or_404(self.get_queryset(request), id=order_id)
        sold = sold_order(order.store_id, order_id)
        assert sold is not None
        command = request.GET.get("command")
        try:
            receipt = receipt_of_command(sold, UUID(command)) if command else receipt_of(sold)
        except ValueError:
            receipt = None
        if receipt is None:
            raise Http404("There is no paper of this command.")
        page: Page = import_string(AS_PAGE)(receipt)
        return HttpResponse(page.content, headers={"Content-Security-Policy": page.policy})

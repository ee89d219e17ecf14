"""What pages on rows of an order have in common."""

from typing import Any, Protocol
from uuid import UUID

from django.contrib import admin
from django.urls import reverse

from base.admin.window import Window, identifier, link, link_to, whole_number
from orders.commands.admin.why import Question


class Made(Protocol):
    """A row that belongs to an order and was made by a command."""

    order_id: UUID
    order: Any
    command_id: UUID | None


AGAIN = Question(
    title="Send again?",
    says="Accounting is sent these again:",
    submit="Send again",
    done="pending again",
)


def link_to_receipt(order_id: UUID, text: str, *, command_id: UUID | None = None) -> str:
    """The paper as the customer got it: that of the order, or of a pay, cancel or return."""
    page = reverse("admin:orders_order_receipt", args=[order_id])
    return link_to(f"{page}?command={command_id}" if command_id else page, text)


class OfOrder(Window):
    """Rows that belong to an order and were made by a command."""

    list_select_related: tuple[str, ...] = ("order", "store")
    ordering = ("-id",)
    found_by = {identifier: ["order_id"], whole_number: ["order__number"]}
    search_help_text = "Number or id of an order"

    @admin.display(description="order")
    def of_order(self, row: Made) -> str:
        return link("orders_order", row.order_id, row.order.number) if row.order else ""

    @admin.display(description="command")
    def command(self, row: Made) -> str:
        return link("orders_command", row.command_id)

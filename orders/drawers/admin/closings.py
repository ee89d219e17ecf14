"""Closings: what a drawer came to, with what was put in and taken out of it, and what accounting was told."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from base.admin.column import amount_of, instant_of
from base.admin.pane import Pane
from base.admin.window import identifier, link, words
from orders.accounting.admin import EntriesPane
from orders.commands.core.tenders import Method
from orders.drawers.admin.drawers import OfTerminal
from orders.drawers.admin.figures import as_tables
from orders.drawers.models import Closing, DrawerMovement


class Movements(Pane):
    model = DrawerMovement
    verbose_name_plural = "cash movements"
    fields = ("at", "amount_minor", "reason", "command")
    ordering = ("id",)

    @admin.display(description="command")
    def command(self, row: DrawerMovement) -> str:
        return link("orders_command", row.command_id)


@admin.register(Closing)
class ClosingAdmin(OfTerminal):
    ordering = ("-id",)
    list_display = ("number", "of_terminal", "closed_at", "sales", "in_cash", "difference", "store")
    list_display_links = ("number",)
    list_filter = ("store", "closed_at")
    search_help_text = "Name of a terminal, or id of a closing"
    found_by = {identifier: ["id"], words: ["terminal__name"]}
    inlines = (Movements, EntriesPane)
    fields = ("number", "of_terminal", "drawer", "opened", "closed_at", "told", "chain", "command", "id", "store")

    @admin.display(description="sales")
    def sales(self, closing: Closing) -> str:
        return amount_of(closing, closing.figures["sales"]["total_minor"])

    @admin.display(description="cash expected")
    def in_cash(self, closing: Closing) -> str:
        return amount_of(closing, _cash(closing)["expected_minor"])

    @admin.display(description="difference")
    def difference(self, closing: Closing) -> str:
        """Cash must have been counted."""
        return amount_of(closing, _cash(closing)["difference_minor"])

    @admin.display(description="opened at")
    def opened(self, closing: Closing) -> str:
        return instant_of(closing, datetime.fromisoformat(closing.figures["opened_at"]))

    @display(description="Figures")
    def told(self, closing: Closing) -> str:
        return as_tables(closing, closing.figures)

    @display(description="Hash")
    def chain(self, closing: Closing) -> str:
        """With the closing before, whose hash it bears."""
        before = Closing.objects.filter(terminal=closing.terminal_id, number=closing.number - 1).first()
        shown = link("orders_closing", before and before.id, before and f"follows number {before.number}")
        return format_html('<span class="break-all">{}</span> {}', closing.hash, shown if before else "the first")


def _cash(closing: Closing) -> Any:
    return next(one for one in closing.figures["methods"] if one["method"] == Method.CASH)

"""Drawers, what was put in and taken out of them, and their closings. None of it is changed here."""

import json
from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from unfold.decorators import display

from base.admin.column import in_money
from base.admin.window import Window, identifier, link, words
from orders.drawers.models import Closing, Drawer, DrawerMovement


class OfTerminal(Window):
    list_select_related: tuple[str, ...] = ("terminal", "store")
    search_help_text = "Name of a terminal"
    found_by: Any = {words: ["terminal__name"]}

    @admin.display(description="command")
    def command(self, row: Any) -> str:
        return link("orders_command", row.command_id)


@admin.register(Drawer)
class DrawerAdmin(OfTerminal):
    """A terminal has one, which is open or not."""

    follows_by = "terminal_id"
    ordering = ("-terminal_id",)
    list_display = (
        "terminal",
        "opened_at",
        "float_minor",
        "before_opening_minor",
        "last_number",
        "store",
    )
    list_filter = ("store",)
    fields = ("terminal", "opened_at", "float_minor", "before_opening_minor", "last_number", "last_sequence", "store")


@admin.register(DrawerMovement)
class DrawerMovementAdmin(OfTerminal):
    ordering = ("-id",)
    list_display = ("at", "terminal", "amount_minor", "reason", "counted_in", "store")
    list_filter = ("store", "at")
    list_select_related = ("terminal", "store", "closing")
    fields = (*list_display, "command")

    @admin.display(description="closing")
    def counted_in(self, row: DrawerMovement) -> str:
        return link("orders_closing", row.closing_id, row.closing.number) if row.closing else ""


@admin.register(Closing)
class ClosingAdmin(OfTerminal):
    ordering = ("-closed_seq",)
    follows_by = "closed_seq"
    list_display = ("closed_at", "terminal", "number", "id", "hash", "store")
    list_filter = ("store", "closed_at")
    search_help_text = "Name of a terminal, or id of a closing"
    found_by = {identifier: ["id"], words: ["terminal__name"]}
    fields = ("id", "terminal", "number", "closed_at", "told", "hash", "command", "store")

    @display(description="Figures")
    def told(self, closing: Closing) -> str:
        figures = json.dumps(in_money(closing, closing.figures), indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', figures)

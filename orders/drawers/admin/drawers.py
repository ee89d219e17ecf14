"""Drawers, and what was put in and taken out of them. None of it is changed here."""

from typing import Any

from django.contrib import admin
from unfold.decorators import display

from base.admin.window import Window, link, link_to_list, words
from orders.drawers.admin.figures import as_tables
from orders.drawers.db.reads import open_drawer, report
from orders.drawers.models import Drawer, DrawerMovement


class OfTerminal(Window):
    list_select_related: tuple[str, ...] = ("terminal", "store")
    search_help_text = "Name of a terminal"
    found_by: Any = {words: ["terminal__name"]}

    @admin.display(description="terminal")
    def of_terminal(self, row: Any) -> str:
        return link("orders_terminal", row.terminal_id, row.terminal.name)

    @admin.display(description="drawer")
    def drawer(self, row: Any) -> str:
        return link("orders_drawer", row.terminal_id, f"drawer of {row.terminal.name}")

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
        "state",
        "opened_at",
        "float_minor",
        "before_opening_minor",
        "last_number",
        "store",
    )
    list_filter = (("opened_at", admin.EmptyFieldListFilter), "store")
    fields = (
        "of_terminal",
        "state",
        "opened_at",
        "float_minor",
        "before_opening_minor",
        "told",
        "movements",
        "closings",
        "last_number",
        "last_sequence",
        "store",
    )

    @display(description="state", label={"open": "success"})
    def state(self, drawer: Drawer) -> str:
        return "open" if drawer.opened_at else "closed"

    @display(description="Were it closed now")
    def told(self, drawer: Drawer) -> str:
        opened = open_drawer(drawer.terminal_id)
        return as_tables(drawer, report(opened, gaps=[], repeated=[])) if opened else "-"

    @admin.display(description="cash movements")
    def movements(self, drawer: Drawer) -> str:
        return link_to_list("orders_drawermovement", drawer.terminal.name, "cash movements of this drawer")

    @admin.display(description="closings")
    def closings(self, drawer: Drawer) -> str:
        return link_to_list("orders_closing", drawer.terminal.name, "closings of this drawer")


@admin.register(DrawerMovement)
class DrawerMovementAdmin(OfTerminal):
    ordering = ("-id",)
    list_display = ("at", "of_terminal", "amount_minor", "reason", "counted_in", "store")
    list_filter = ("store", "at")
    list_select_related = ("terminal", "store", "closing")
    fields = (*list_display, "drawer", "command")

    @admin.display(description="closing")
    def counted_in(self, row: DrawerMovement) -> str:
        return link("orders_closing", row.closing_id, row.closing.number) if row.closing else ""

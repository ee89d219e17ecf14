"""What operators did about parked commands."""

from django.contrib import admin

from inventory.admin.window import Window, identifier, link, words
from orders.models import Repair


@admin.register(Repair)
class RepairAdmin(Window):
    """Who retried or gave up what, when and why."""

    list_display = ("at", "act", "of_command", "by", "reason", "store")
    list_select_related = ("store",)
    list_filter = ("act", "store", "at")
    ordering = ("-id",)
    found_by = {identifier: ["command__id"], words: ["by"]}
    fields = list_display

    @admin.display(description="command")
    def of_command(self, repair: Repair) -> str:
        return link("orders_command", repair.command_id)

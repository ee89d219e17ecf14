"""What operators did about what failed."""

from django.contrib import admin

from base.admin.pane import Pane
from base.admin.window import Window, identifier, link, words
from orders.commands.models import Repair


class RepairsPane(Pane):
    """On the page of what was repaired."""

    model = Repair
    fields = ("at", "act", "by", "reason")
    ordering = ("id",)


@admin.register(Repair)
class RepairAdmin(Window):
    """Who retried, gave up or refilled what, when and why."""

    list_display = ("at", "act", "of_what", "by", "reason", "store")
    list_select_related = ("store",)
    list_filter = ("act", "store", "at")
    ordering = ("-id",)
    found_by = {identifier: ["command__id", "entry__id"], words: ["by"]}
    fields = list_display

    @admin.display(description="of")
    def of_what(self, repair: Repair) -> str:
        if repair.entry_id:
            return link("orders_journalentry", repair.entry_id, f"entry {repair.entry_id}")
        if repair.instruction_id:
            return link("orders_paymentinstruction", repair.instruction_id, f"instruction {repair.instruction_id}")
        if repair.notice_id:
            return link("orders_voidnotice", repair.notice_id, f"void {repair.notice_id}")
        return link("orders_command", repair.command_id, f"command {repair.command_id}")

"""How far the audit came, when its last round and its last look ended, and what they found."""

from django.contrib import admin

from base.admin.column import column
from base.admin.window import Window, link
from orders.audit.models import AuditFinding, AuditLook, AuditRound


@admin.register(AuditRound)
class AuditRoundAdmin(Window):
    """The round that goes on, and what the last whole one had found."""

    list_display = (
        "began_at",
        "walk",
        column("examined", "examined so far"),
        column("drifts", "drifts so far"),
        column("ended_at", "last round ended at"),
        column("ended_examined", "examined in the last round"),
        column("ended_drifts", "drifts in the last round"),
    )
    ordering = ("id",)
    fields = readonly_fields = list_display


@admin.register(AuditLook)
class AuditLookAdmin(Window):
    """The look at what was touched lately that goes on, and what the last one had found."""

    list_display = (
        "began_at",
        "source",
        column("examined", "examined so far"),
        column("drifts", "drifts so far"),
        column("looked_at", "last look began at"),
        column("looked_examined", "examined in the last look"),
        column("looked_drifts", "drifts in the last look"),
    )
    ordering = ("id",)
    fields = readonly_fields = list_display


@admin.register(AuditFinding)
class AuditFindingAdmin(Window):
    """What breaks a law. It is here until a whole round has not seen it any more."""

    list_display = ("law", "subject", "detail", "command", "found_at", "seen_at")
    list_filter = ("law",)
    ordering = ("-id",)
    fields = list_display

    @admin.display(description="command")
    def command(self, finding: AuditFinding) -> str:
        return link("orders_command", finding.command_id)

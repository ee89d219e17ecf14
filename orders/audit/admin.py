"""How far the audit came, when its last round and its last look ended, and what they found."""

from django.contrib import admin

from base.admin.window import Window
from orders.audit.models import AuditFinding, AuditLook, AuditRound


@admin.register(AuditRound)
class AuditRoundAdmin(Window):
    """The round that goes on, and what the last whole one had found."""

    list_display = ("began_at", "walk", "examined", "drifts", "ended_at", "ended_examined", "ended_drifts")
    ordering = ("id",)
    fields = list_display


@admin.register(AuditLook)
class AuditLookAdmin(Window):
    """The look at what was touched lately that goes on, and what the last one had found."""

    list_display = ("began_at", "source", "examined", "drifts", "looked_at", "looked_examined", "looked_drifts")
    ordering = ("id",)
    fields = list_display


@admin.register(AuditFinding)
class AuditFindingAdmin(Window):
    """What breaks a law. It is here until a whole round has not seen it any more."""

    list_display = ("law", "subject", "detail", "command_id", "found_at", "seen_at")
    list_filter = ("law",)
    ordering = ("-id",)
    fields = list_display

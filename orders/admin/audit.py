"""How far the audit came, and when its last round ended."""

from django.contrib import admin

from inventory.admin.window import Window
from orders.models import AuditRound


@admin.register(AuditRound)
class AuditRoundAdmin(Window):
    """The round that goes on, and what the last whole one had found."""

    list_display = ("began_at", "walk", "examined", "drifts", "ended_at", "ended_examined", "ended_drifts")
    ordering = ("id",)
    fields = list_display

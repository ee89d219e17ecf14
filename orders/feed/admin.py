"""Whose numbers the feed of changes counts by."""

from django.contrib import admin

from base.admin.window import Window
from orders.feed.models import FeedEpoch


@admin.register(FeedEpoch)
class FeedEpochAdmin(Window):
    """Another one stands here after a restore, and after a standby took over: who followed before begins anew."""

    list_display = ("id", "made_in", "timeline")
    ordering = ("id",)
    fields = readonly_fields = list_display

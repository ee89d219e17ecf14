"""Taxes and their rates by day; the back office writes them by the API."""

from django.contrib import admin

from base.admin.window import Window, words
from inventory.models import Tax, TaxRate


@admin.register(Tax)
class TaxAdmin(Window):
    list_display = ("code", "name", "account", "store")
    list_select_related = ("store",)
    list_filter = ("store",)
    ordering = ("-id",)
    found_by = {words: ["code", "name"]}
    fields = list_display


@admin.register(TaxRate)
class TaxRateAdmin(Window):
    list_display = ("tax", "valid_from", "rate", "store")
    list_select_related = ("tax", "store")
    list_filter = ("store",)
    ordering = ("-id",)
    found_by = {words: ["tax__code"]}
    fields = list_display

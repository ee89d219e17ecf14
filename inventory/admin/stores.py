"""Stores: what each decides for all its sales, and what stands on its receipts."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from base.admin.column import column
from base.admin.in_units import InUnits, shown, stored
from base.admin.plain import as_a_call, checked
from base.admin.reach import reach_of
from base.admin.window import words
from base.codes import lines_without_controls, without_controls
from base.currencies import decimals_of
from inventory.admin.settled import Catalogue
from inventory.db.stores import (
    FIRST_LOCATION,
    add_first_location,
    code_is_plain,
    currency_exists,
    locale_exists,
    why_currency_stays,
    why_days_stay,
    zone_exists,
)
from inventory.models import Store

STEP_MAX = 1_000_000
LINES_MAX = 500
LABELS = {
    "tax_id": "Tax number",
    "hold_expires_s": "Life of a hold, seconds",
    "pos_discount_limit_percent": "What a till may give away, percent",
}


class Lines(forms.CharField):
    """What an operator may write several lines of."""

    widget = UnfoldAdminTextareaWidget

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=LINES_MAX, required=False, **more)
        self.widget.attrs["rows"] = 3

    def to_python(self, value: Any) -> Any:
        return checked(lines_without_controls, super().to_python(value) or "")


class StoreForm(forms.ModelForm):  # type: ignore[type-arg]
    code = forms.CharField(
        validators=[code_is_plain],
        help_text="Small letters, digits and hyphens; a part of its invoice numbers, for good.",
        widget=UnfoldAdminTextInputWidget,
    )
    currency = forms.CharField(
        strip=False,
        validators=[currency_exists],
        help_text="In ISO 4217, as GBP. It stays as it is from the first order on.",
        widget=UnfoldAdminTextInputWidget,
    )

    time_zone = forms.CharField(
        initial="UTC",
        validators=[zone_exists],
        help_text="As Europe/London. Sales belong to days by this clock.",
        widget=UnfoldAdminTextInputWidget,
    )

    locale = forms.CharField(
        initial="en",
        validators=[locale_exists],
        help_text="As en-GB: how amounts are written for people, and in which language receipts are.",
        widget=UnfoldAdminTextInputWidget,
    )
    address = Lines(help_text="Above each receipt.")
    receipt_footer = Lines(help_text="Below each receipt.")

    cash_rounding_minor = InUnits(label="Smallest coin", steps_max=STEP_MAX, help_text="In the store's currency.")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field, label in LABELS.items():
            if field in self.fields:
                self.fields[field].label = label
        if "cash_rounding_minor" in self.fields:
            shown(self, "cash_rounding_minor", decimals_of(self.instance.currency))

    def clean_name(self) -> str:
        return checked(without_controls, self.cleaned_data["name"])

    def clean_tax_id(self) -> str:
        return as_a_call(self.cleaned_data["tax_id"])

    def clean_cash_rounding_minor(self) -> int | None:
        """The currency stands above it."""
        steps = stored(self, "cash_rounding_minor", decimals_of(self.cleaned_data.get("currency", "")))
        if not steps:
            raise forms.ValidationError("No coin is so small.")
        return steps

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"]
        if self.instance.pk and (why := why_currency_stays(self.instance, currency)):
            raise forms.ValidationError(why, code="currency_in_use")
        return currency

    def clean(self) -> None:
        super().clean()
        if self.instance.pk and (why := why_days_stay(self.instance, self.changed_data)):
            raise forms.ValidationError(why, code="drawer_open")


@admin.register(Store)
class StoreAdmin(Catalogue):
    form = StoreForm
    list_display = (
        "code",
        "name",
        "currency",
        "time_zone",
        "day_starts_at",
        column("hold_expires_s", "life of a hold, seconds"),
        "created_at",
    )
    of_store = "pk"
    ordering = ("code",)
    sortable_by = None
    found_by = {words: ["code__folded", "name__folded__contains"]}
    settled = ("code",)
    fields = (
        "code",
        "name",
        "address",
        "tax_id",
        "currency",
        "prices_include_tax",
        "cash_rounding_minor",
        "require_drawer",
        "pos_discount_limit_percent",
        "time_zone",
        "day_starts_at",
        "locale",
        "receipt_footer",
        "hold_expires_s",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever is let on some stores alone would not see the new one."""
        return reach_of(request).stores is None and bool(super().has_add_permission(request))

    def save_model(self, request: HttpRequest, obj: Store, form: object, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            add_first_location(obj)
            messages.info(request, f"It has the location {FIRST_LOCATION}. Next: its products, and a terminal.")

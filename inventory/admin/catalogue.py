"""Locations and products, which operators write themselves. What others refer to is given once."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from base.admin.in_units import InUnits, shown, stored
from base.admin.plain import as_a_call
from base.admin.window import words
from base.codes import has_right_digits
from base.currencies import decimals_of
from base.http.fields import PRICE_MINOR_MAX
from base.sql.folded import of_product
from inventory.admin.settled import Catalogue
from inventory.core.products import gtin_14
from inventory.db.catalogue import holders_of
from inventory.db.in_use import in_use
from inventory.db.taxes import codes_of
from inventory.models import Location, Product

_GTIN = re.compile("[0-9]{8}|[0-9]{12,14}")


class LocationForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_code(self) -> str:
        return as_a_call(self.cleaned_data["code"])


@admin.register(Location)
class LocationAdmin(Catalogue):
    form = LocationForm
    list_display = ("code", "name", "store", "priority")
    list_select_related = ("store",)
    list_filter = ("store",)
    ordering = ("store", "priority", "id")
    sortable_by = None
    found_by = {words: ["code__folded", "name__folded__contains"]}
    settled = ("store", "code")
    fields = ("store", "code", "name", "priority")


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    price_minor = InUnits(
        label="Price",
        steps_max=PRICE_MINOR_MAX,
        help_text="In the store's currency. Orders keep the price they were made with.",
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.instance.pk and "price_minor" in self.fields:
            shown(self, "price_minor", decimals_of(self.instance.currency))

    def clean_price_minor(self) -> int | None:
        store = self.cleaned_data.get("store")
        currency = self.instance.currency if self.instance.pk else store.currency if store else ""
        return stored(self, "price_minor", decimals_of(currency))

    def clean_sku(self) -> str:
        return as_a_call(self.cleaned_data["sku"])

    def clean_gtin(self) -> str:
        gtin: str = self.cleaned_data["gtin"]
        if gtin and (not _GTIN.fullmatch(gtin) or not has_right_digits(gtin)):
            raise forms.ValidationError("A code has 8, 12, 13 or 14 digits, of which the last one fits the others.")
        store = self.cleaned_data.get("store") or (self.instance.store if self.instance.pk else None)
        code = gtin_14(gtin)
        others = set(holders_of(store.pk, [code]).values()) if store and code else set()
        if others - {self.instance.sku}:
            raise forms.ValidationError(f"The code {gtin} is that of {', '.join(others)}.", code="gtin_taken")
        return gtin

    def clean_tax_code(self) -> str | None:
        code: str | None = self.cleaned_data["tax_code"]
        store = self.cleaned_data.get("store") or (self.instance.store if self.instance.pk else None)
        if code and store and not codes_of(store.pk, [code]):
            raise forms.ValidationError(f"The store has no tax {code}.", code="tax_not_found")
        return code

    def clean_tracks_stock(self) -> bool:
        tracks_stock: bool = self.cleaned_data["tracks_stock"]
        product = self.instance
        gtin = self.cleaned_data.get("gtin", "")
        if tracks_stock and gtin and not gtin_14(gtin):
            raise forms.ValidationError(f"What has the code {gtin} is not counted.")
        if not tracks_stock and product.pk and (used := in_use(product.store_id, [product.sku])):
            raise forms.ValidationError(used[product.sku])
        return tracks_stock


class ProductAdmin(Catalogue):
    """A product without what is known of it above: orders.journal.admin.product shows that too, and is registered."""

    form = ProductForm
    list_display = ("sku", "name", "gtin", "price_minor", "currency", "tracks_stock", "store")
    list_select_related = ("store",)
    list_filter = ("tracks_stock", "store")
    ordering = ("-id",)
    found_by = {words: ["search"]}
    settled = ("store", "sku", "quantity_decimals")
    readonly_fields: tuple[str, ...] = ("currency", "created_at", "updated_at")
    fields = (
        "store",
        "sku",
        "name",
        "gtin",
        "price_minor",
        "currency",
        "tax_code",
        "unit",
        "quantity_decimals",
        "tracks_stock",
        "created_at",
        "updated_at",
    )

    def find(self, rows: QuerySet[Product], term: str) -> QuerySet[Product]:
        return rows.filter(of_product(words(term)))

    def save_model(self, request: HttpRequest, obj: Product, form: object, change: bool) -> None:
        """A product is priced in its store's currency."""
        if not change:
            obj.currency = obj.store.currency
        super().save_model(request, obj, form, change)

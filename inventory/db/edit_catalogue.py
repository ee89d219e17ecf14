"""One edit of a store's catalogue, however many products: read what is there, decide, write. One transaction."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction

from base.sql.retry_transient import again
from inventory.core.edit_catalogue import Edits, Named, codes_taken, edit_all, without
from inventory.core.places import Place, PlaceFields, edited_place
from inventory.core.products import Product, Refused, gtin_14
from inventory.db.catalogue import (
    holders_of,
    lock_catalogue,
    place_before,
    products_before,
    put_place,
    put_products,
)
from inventory.db.in_use import counted, in_use
from inventory.db.taxes import codes_of


class EditedProducts(NamedTuple):
    """`products`: as they are now, those too that stayed as they were. By SKU."""

    products: Mapping[str, Product]
    before: Mapping[str, Product]
    refused: Mapping[str, Refused]


@again
@transaction.atomic
def edit_products(store_id: int, named: Named, *, currency: str) -> EditedProducts:
    """What is named of each product changes, the rest stays. Who is refused stays as it was, the others are taken.
    `currency`: the store's."""
    lock_catalogue(store_id)
    before = products_before(store_id, named.keys())
    edits = edit_all(named, before, currency=currency)
    edits = without(edits, _untaxable(store_id, edits))
    edits = without(edits, _used(store_id, edits, before) | _counted(store_id, edits, before))
    codes = {code for product in edits.products.values() if (code := gtin_14(product.gtin))}
    edits = codes_taken(edits, before, holders_of(store_id, codes))
    changed = [product for sku, product in edits.products.items() if product != before.get(sku)]
    leaving = [product.sku for product in changed if _leaves_its_code(before.get(product.sku), product)]
    put_products(store_id, changed, giving_up=leaving)
    return EditedProducts(edits.products, before, edits.refused)


@again
@transaction.atomic
def edit_place(store_id: int, code: str, named: PlaceFields) -> tuple[Place | Refused, bool]:
    """The location as it is now, and whether it was made."""
    lock_catalogue(store_id)
    before = place_before(store_id, code)
    place = edited_place(code, named, before)
    if isinstance(place, Place) and place != before:
        put_place(store_id, place)
    return place, before is None


def _is_counted(before: Product | None) -> bool:
    return before is not None and before.tracks_stock


def _leaves_its_code(before: Product | None, after: Product) -> bool:
    code = gtin_14(before.gtin) if before else ""
    return code not in ("", gtin_14(after.gtin))


def _used(store_id: int, edits: Edits, before: Mapping[str, Product]) -> dict[str, Refused]:
    """Products that cannot stop being counted now. What is held by then is given up or shipped as ever."""
    stop = [one.sku for one in edits.products.values() if not one.tracks_stock and _is_counted(before.get(one.sku))]
    used = in_use(store_id, stop)
    return {sku: Refused(code="product_in_use", field="tracks_stock", detail=why) for sku, why in used.items()}


def _counted(store_id: int, edits: Edits, before: Mapping[str, Product]) -> dict[str, Refused]:
    """Quantities that are written down mean what they meant."""
    changed = [
        sku
        for sku, product in edits.products.items()
        if sku in before and before[sku].quantity_decimals != product.quantity_decimals
    ]
    return {sku: _has_quantities(sku) for sku in counted(store_id, changed)}


def _has_quantities(sku: str) -> Refused:
    detail = f"{sku} has a line, a hold or a movement: its quantities stay what they are."
    return Refused(code="product_in_use", field="quantity_decimals", detail=detail)


def _untaxable(store_id: int, edits: Edits) -> dict[str, Refused]:
    named = {product.tax_code for product in edits.products.values() if product.tax_code is not None}
    known = codes_of(store_id, named)
    return {
        sku: Refused(code="tax_not_found", field="tax_code", detail=f"The store has no tax {product.tax_code}.")
        for sku, product in edits.products.items()
        if product.tax_code is not None and product.tax_code not in known
    }

"""Many products edited at once: each stands for itself, but a code belongs to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from inventory.core.products import Product, ProductFields, Refused, edited, gtin_14

Named = Mapping[str, ProductFields]
"""SKU -> what is to change"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """By SKU: what the products will be, and why others stay as they are."""

    products: Mapping[str, Product]
    refused: Mapping[str, Refused]


def edit_all(named: Named, before: Mapping[str, Product], *, currency: str) -> Edits:
    products: dict[str, Product] = {}
    refused: dict[str, Refused] = {}
    for sku, fields in named.items():
        match edited(sku, fields, before.get(sku), currency=currency):
            case Product() as product:
                products[sku] = product
            case Refused() as why:
                refused[sku] = why
    return Edits(products=products, refused=refused)


def without(edits: Edits, refused: Mapping[str, Refused]) -> Edits:
    """The same, with these refused too."""
    left = {sku: product for sku, product in edits.products.items() if sku not in refused}
    return Edits(products=left, refused={**edits.refused, **refused})


def codes_taken(edits: Edits, before: Mapping[str, Product], holders: Mapping[str, str]) -> Edits:
    """`holders`: code -> SKU, as it is before. Codes may change hands among the products; whoever is refused keeps its
    own, and so may refuse another."""
    moved = {sku: code for sku, product in edits.products.items() if (code := _moves_to(product, before.get(sku)))}
    owners = {code: sku for code, sku in holders.items() if sku not in edits.products or _keeps(edits, sku, code)}
    refused: dict[str, Refused] = {}
    for sku, code in moved.items():
        loser, winner = sku, owners.setdefault(code, sku)
        while loser != winner:
            refused[loser] = _taken(edits.products[loser].gtin, winner)
            kept = gtin_14(before[loser].gtin) if loser in before else ""
            if not kept:
                break
            winner, loser = loser, owners.get(kept, loser)
            owners[kept] = winner
    return without(edits, refused)


def _moves_to(product: Product, before: Product | None) -> str:
    code = gtin_14(product.gtin)
    return "" if before is not None and gtin_14(before.gtin) == code else code


def _keeps(edits: Edits, sku: str, code: str) -> bool:
    return gtin_14(edits.products[sku].gtin) == code


def _taken(gtin: str, by: str) -> Refused:
    return Refused(code="gtin_taken", field="gtin", detail=f"The code {gtin} is that of {by}.")

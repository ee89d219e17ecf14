"""What a product is, and what becomes of it when somebody names some of its fields."""

from dataclasses import dataclass
from typing import NamedTuple, TypedDict

NEEDED = ("name", "price_minor", "currency")
"""What nobody can guess of a new product."""

PIECE = "piece"
"""What a product is counted in unless somebody says otherwise."""

_GTIN_DIGITS = 14


class Product(NamedTuple):
    """`gtin`: as it was written, empty where there is none. The price is for one `unit`; quantities count its smallest
    steps, of which 10 to the power of `quantity_decimals` make a unit."""

    sku: str
    gtin: str
    name: str
    price_minor: int
    currency: str
    tracks_stock: bool
    tax_code: str | None = None
    unit: str = PIECE
    quantity_decimals: int = 0


class ProductFields(TypedDict, total=False):
    """What is to change of a product: what is absent stays as it is, null is the default, or nothing."""

    name: str
    price_minor: int
    currency: str
    gtin: str | None
    tracks_stock: bool | None
    tax_code: str | None
    unit: str | None
    quantity_decimals: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """`field`: what is at fault, of what was named or is missing."""

    code: str
    detail: str
    field: str = ""


def gtin_14(gtin: str) -> str:
    """What codes are compared by: the same number has 8, 12, 13 or 14 digits. Empty where no product is meant."""
    return "" if is_placeholder(gtin) else gtin.zfill(_GTIN_DIGITS)


def is_placeholder(gtin: str) -> bool:
    """Zeros stand for whatever has no code of its own: services, postage, a line that the till makes up. Nor has what
    has none."""
    return not gtin.strip("0")


def edited(sku: str, named: ProductFields, before: Product | None, *, currency: str) -> Product | Refused:
    """`before`: None is a new one. `currency`: the store's."""
    if (other := named.get("currency", currency)) != currency:
        detail = f"The store sells in {currency}, not in {other}."
        return Refused(code="currency_mismatch", field="currency", detail=detail)
    if before is None:
        if missing := [field for field in NEEDED if field not in named]:
            return Refused(code="validation_failed", field=missing[0], detail=f"A new product needs a {missing[0]}.")
        before = Product(sku, "", named["name"], named["price_minor"], named["currency"], True)
    gtin = (named["gtin"] or "") if "gtin" in named else before.gtin
    uncounted = gtin != "" and is_placeholder(gtin)
    tracks_stock = named.get("tracks_stock", before.tracks_stock and not uncounted)
    if tracks_stock and uncounted:
        detail = f"What has the code {gtin} is not counted."
        return Refused(code="validation_failed", field="tracks_stock", detail=detail)
    return before._replace(
        gtin=gtin,
        name=named.get("name", before.name),
        price_minor=named.get("price_minor", before.price_minor),
        currency=named.get("currency", before.currency),
        tracks_stock=not uncounted if tracks_stock is None else tracks_stock,
        tax_code=named.get("tax_code", before.tax_code),
        unit=named.get("unit", before.unit) or PIECE,
        quantity_decimals=named.get("quantity_decimals", before.quantity_decimals) or 0,
    )

"""What a draft freezes: each line's product, name and price, and the order's total."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

TOTAL_MINOR_MAX = 10**18


class Product(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def tracks_stock(self) -> bool: ...


class WantedLine(Protocol):
    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit_price_minor(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class DraftLine:
    product_id: int
    sku: str
    name: str
    tracks_stock: bool
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be drafted. `field`: the part of the line that is at fault, if it is one."""

    position: int | None
    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    lines: tuple[DraftLine, ...]
    total_minor: int


def draft(wanted: Iterable[WantedLine], products: Mapping[str, Product], *, currency: str) -> Draft | list[Fault]:
    """Price the lines; a line without a price of its own takes the product's."""
    lines, faults = [], []
    for position, line in enumerate(wanted):
        product = products.get(line.sku)
        if product is None:
            faults.append(Fault(position, "sku", "product_not_found", f"The store has no product {line.sku}."))
            continue
        price = line.unit_price_minor
        if price is None:
            price = product.price_minor
            if product.currency != currency:
                detail = f"{line.sku} is priced in {product.currency}, the order is in {currency}: name a price."
                faults.append(Fault(position, "unit_price_minor", "currency_mismatch", detail))
        lines.append(DraftLine(product.id, line.sku, product.name, product.tracks_stock, line.quantity, price))
    total = sum(line.quantity * line.unit_price_minor for line in lines)
    if total > TOTAL_MINOR_MAX:
        faults.append(Fault(None, "", "total_too_large", f"The total is {total}, more than {TOTAL_MINOR_MAX}."))
    return faults or Draft(tuple(lines), total)

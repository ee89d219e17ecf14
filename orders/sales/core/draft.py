"""What a draft freezes: each line's product, name and price, and the order's total."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orders.commands.core.days import implausible

TOTAL_MINOR_MAX = 10**18
CURRENCY_MISMATCH = "currency_mismatch"


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
    """Why an order cannot be drafted. `position`: of the line that is at fault, None where the order itself is;
    `field`: the part of it."""

    position: int | None
    field: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Draft:
    lines: tuple[DraftLine, ...]
    total_minor: int


def draft(wanted: Iterable[WantedLine], products: Mapping[str, Product], *, currency: str) -> Draft | list[Fault]:
    """Price the lines; a line without a price of its own takes the product's. `currency`: the store's; what is priced
    in another one is not sold at all, since a price that a till names is meant in the store's."""
    lines, faults = [], []
    for position, line in enumerate(wanted):
        product = products.get(line.sku)
        if product is None:
            faults.append(Fault(position, "sku", "product_not_found", f"The store has no product {line.sku}."))
            continue
        if product.currency != currency:
            detail = f"{line.sku} is priced in {product.currency}, the store sells in {currency}."
            faults.append(Fault(position, "sku", CURRENCY_MISMATCH, detail))
        price = product.price_minor if line.unit_price_minor is None else line.unit_price_minor
        lines.append(DraftLine(product.id, line.sku, product.name, product.tracks_stock, line.quantity, price))
    total = sum(line.quantity * line.unit_price_minor for line in lines)
    if total > TOTAL_MINOR_MAX:
        faults.append(Fault(None, "lines", "total_too_large", f"The total is {total}, more than {TOTAL_MINOR_MAX}."))
    return faults or Draft(tuple(lines), total)


def order_faults(*, currency: str, store_currency: str, sold_at: datetime | None, now: datetime) -> list[Fault]:
    """What keeps an order from being made, whatever its lines are."""
    faults = []
    if currency != store_currency:
        detail = f"The order is in {currency}, the store sells in {store_currency}."
        faults.append(Fault(None, "currency", CURRENCY_MISMATCH, detail))
    if sold_at and (why := implausible(sold_at, now=now)):
        faults.append(Fault(None, "sold_at", "sold_at_implausible", why))
    return faults

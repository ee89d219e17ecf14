"""What a store sells and at which terms, as of one instant: all that an order freezes as it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from inventory.core.products import PIECE
from inventory.core.taxes import Rate, rate_on


class ListedProduct(NamedTuple):
    id: int
    sku: str
    name: str
    price_minor: int
    currency: str
    tracks_stock: bool
    tax_code: str | None = None
    unit: str = PIECE
    quantity_decimals: int = 0


@dataclass(frozen=True, slots=True)
class ListedTax:
    name: str
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """`products`: by SKU, `taxes`: by code. `zone`: of the store's clock. `discount_limit_percent`: how much of the
    catalogue's value a till may give away; None is all of it."""

    products: Mapping[str, ListedProduct]
    taxes: Mapping[str, ListedTax] = field(default_factory=dict)
    prices_include_tax: bool = True
    zone: tzinfo = UTC
    discount_limit_percent: str | None = None

    def rate_at(self, code: str, instant: datetime) -> str:
        """In percent, of the day that the clock on the store's wall shows then."""
        return rate_on(self.taxes[code].rates, instant.astimezone(self.zone).date())

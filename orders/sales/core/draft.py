"""What a draft freezes: each line's product, name, price, discount and tax, and what all of it comes to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from base.currencies import said
from inventory.core.percent import millionths, percent
from inventory.core.price_list import ListedProduct, PriceList
from orders.commands.core.amounts import Amounts, Discount, Excess, Item, Limit, LineAmounts, Tax, ToldTax, amounts
from orders.commands.core.days import implausible

CURRENCY_MISMATCH = "currency_mismatch"
OF_PRODUCT = ""
"""The tax code of a line that names none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an order cannot be drafted. `position`: of the line that is at fault, None where the order itself is;
    `field`: the part of it."""

    position: int | None
    field: str
    code: str
    detail: str


class WantedLine(Protocol):
    """`discount_percent`: as decimal text; `tax_code`: None is untaxed."""

    @property
    def sku(self) -> str: ...
    @property
    def quantity(self) -> int: ...
    @property
    def unit_price_minor(self) -> int | None: ...
    @property
    def discount_minor(self) -> int | None: ...
    @property
    def discount_percent(self) -> str | None: ...
    @property
    def tax_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all lines. `at`: when it is sold; its day has the rates of taxes."""

    at: datetime
    discount: Discount | None = None
    tax_exempt: bool = False


@dataclass(frozen=True, slots=True)
class DraftLine:
    product: ListedProduct
    item: Item
    amounts: LineAmounts


@dataclass(frozen=True, slots=True)
class Draft:
    """`taxes`: as the order shows them."""

    lines: tuple[DraftLine, ...]
    amounts: Amounts
    taxes: tuple[ToldTax, ...]
    terms: Terms
    prices_include_tax: bool

    @property
    def total_minor(self) -> int:
        return self.amounts.total_minor


def draft(wanted: Iterable[WantedLine], prices: PriceList, *, currency: str, terms: Terms) -> Draft | list[Fault]:
    """Price the lines; a line without a price or tax of its own takes the product's. `currency`: the store's; what is
    priced in another one is not sold at all, since a price that a till names is meant in the store's."""
    products, items, faults = [], [], []
    for position, line in enumerate(wanted):
        product = prices.products.get(line.sku)
        if product is None:
            faults.append(Fault(position, "sku", "product_not_found", f"The store has no product {line.sku}."))
            continue
        if product.currency != currency:
            detail = f"{line.sku} is priced in {product.currency}, the store sells in {currency}."
            faults.append(Fault(position, "sku", CURRENCY_MISMATCH, detail))
        code = product.tax_code if line.tax_code == OF_PRODUCT else line.tax_code
        if code is not None and code not in prices.taxes:
            faults.append(Fault(position, "tax_code", "tax_not_found", f"The store has no tax {code}."))
            continue
        products.append(product)
        items.append(_item(line, product, Tax(code, millionths(prices.rate_at(code, terms.at))) if code else None))
    if faults:
        return faults
    found = amounts(
        items, discount=terms.discount, prices_include_tax=prices.prices_include_tax, tax_exempt=terms.tax_exempt
    )
    if isinstance(found, list):
        return [_fault(excess, currency) for excess in found]
    lines = tuple(map(DraftLine, products, items, found.lines))
    return Draft(lines, found, tuple(_taxes(found, prices)), terms, prices.prices_include_tax)


def discount_of(minor: int | None, percent: str | None) -> Discount | None:
    """As somebody gave it: one of them, or none."""
    if percent is not None:
        return Discount(percent=millionths(percent))
    return None if minor is None else Discount(minor=minor)


def gives_away_too_much(drafted: Draft, limit_percent: str) -> bool:
    """More of the catalogue's value than that. What is dearer than its catalogue price makes up for nothing."""
    value_minor = given_minor = 0
    for line in drafted.lines:
        listed_minor = line.item.amount_at(line.product.price_minor)
        asked_minor = line.amounts.amount_minor - line.amounts.discount_minor
        value_minor += listed_minor
        given_minor += max(0, listed_minor - asked_minor)
    return given_minor * millionths("100") > value_minor * millionths(limit_percent)


def order_faults(*, currency: str, store_currency: str, sold_at: datetime | None, now: datetime) -> list[Fault]:
    """What keeps an order from being made, whatever its lines are."""
    faults = []
    if currency != store_currency:
        detail = f"The order is in {currency}, the store sells in {store_currency}."
        faults.append(Fault(None, "currency", CURRENCY_MISMATCH, detail))
    if sold_at and (why := implausible(sold_at, now=now)):
        faults.append(Fault(None, "sold_at", "sold_at_implausible", why))
    return faults


def _item(line: WantedLine, product: ListedProduct, tax: Tax | None) -> Item:
    return Item(
        quantity=line.quantity,
        unit_price_minor=product.price_minor if line.unit_price_minor is None else line.unit_price_minor,
        quantity_decimals=product.quantity_decimals,
        discount=discount_of(line.discount_minor, line.discount_percent),
        tax=tax,
    )


def _taxes(found: Amounts, prices: PriceList) -> Iterator[ToldTax]:
    for one in found.taxes:
        yield ToldTax(
            code=one.tax.code,
            name=prices.taxes[one.tax.code].name,
            rate=percent(one.tax.rate),
            net_minor=one.net_minor,
            tax_minor=one.tax_minor,
        )


def _fault(excess: Excess, currency: str) -> Fault:
    if excess.limit is Limit.DISCOUNT_TOO_LARGE:
        detail = f"{said(excess.minor, currency)} would be taken off {said(excess.minor_max, currency)}."
        return Fault(excess.position, "discount_minor", excess.limit, detail)
    field = "lines" if excess.position is None else "quantity"
    detail = f"It comes to {said(excess.minor, currency)}, more than {said(excess.minor_max, currency)}."
    return Fault(excess.position, field, excess.limit, detail)

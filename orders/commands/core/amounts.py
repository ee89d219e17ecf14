"""What an order comes to: each line's price, discount, net and tax, and what of it goes back with some of its units.

All of it is exact. Amounts are whole minor units, percentages and rates whole millionths (20 % is 200,000), so that
nothing here is more than integers; whatever is rounded is rounded once, half away from zero. `prices_include_tax` says
what a price is: with its tax, or without.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

AMOUNT_MINOR_MAX = 2**53 - 1
"""Every number of JSON up to here is exact, whatever reads it."""
ALL = 1_000_000
"""100 %, in millionths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """An amount or a percentage, in millionths: one of them."""

    minor: int | None = None
    percent: int | None = None

    def of(self, amount_minor: int) -> int:
        if self.minor is not None:
            return self.minor
        assert self.percent is not None
        return rounded(amount_minor * self.percent, ALL)


@dataclass(frozen=True, slots=True)
class Tax:
    """`rate`: in millionths."""

    code: str
    rate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is asked for. The price is of one unit; `quantity` counts its smallest steps, of which 10 to the power of
    `quantity_decimals` make a unit."""

    quantity: int
    unit_price_minor: int
    quantity_decimals: int = 0
    discount: Discount | None = None
    tax: Tax | None = None

    @property
    def amount_minor(self) -> int:
        """Before any discount."""
        return self.amount_at(self.unit_price_minor)

    def amount_at(self, unit_price_minor: int) -> int:
        product = self.quantity * unit_price_minor
        return rounded(product, 10**self.quantity_decimals) if self.quantity_decimals else product


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmounts:
    """`amount_minor`: before any discount; `discount_minor`: its own and its share of the order's; `tax`: None where
    the line is untaxed."""

    amount_minor: int
    discount_minor: int
    net_minor: int
    tax_minor: int
    tax: Tax | None

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxed:
    """What lines with one tax come to."""

    tax: Tax
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTax:
    """What lines with one tax come to, as people are told it: with its name and rate (in percent) as they were."""

    code: str
    name: str
    rate: str
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """`taxes`: the first line's first, without what is untaxed; `exempted_minor`: tax that was left away."""

    lines: tuple[LineAmounts, ...]
    taxes: tuple[Taxed, ...]
    subtotal_minor: int
    discount_minor: int
    tax_minor: int
    exempted_minor: int
    total_minor: int


class Limit(StrEnum):
    DISCOUNT_TOO_LARGE = "discount_too_large"
    AMOUNT_TOO_LARGE = "amount_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """What is more than it may be. `position`: of the line, None where it is the order's."""

    limit: Limit
    position: int | None
    minor: int
    minor_max: int


def amounts(
    items: Sequence[Item],
    *,
    discount: Discount | None = None,
    prices_include_tax: bool = True,
    tax_exempt: bool = False,
) -> Amounts | list[Excess]:
    """What the lines and the order come to, or each amount that is too large."""
    asked = [item.amount_minor for item in items]
    own = [item.discount.of(minor) if item.discount else 0 for item, minor in zip(items, asked, strict=True)]
    if beyond := list(_beyond_lines(asked, own)):
        return beyond
    reduced = [minor - less for minor, less in zip(asked, own, strict=True)]
    given = discount.of(sum(reduced)) if discount else 0
    if given > sum(reduced):
        return [Excess(limit=Limit.DISCOUNT_TOO_LARGE, position=None, minor=given, minor_max=sum(reduced))]
    shares = shared(given, reduced)
    goods = [minor - share for minor, share in zip(reduced, shares, strict=True)]
    taxes = _taxes(items, goods, prices_include_tax=prices_include_tax)
    lines = tuple(
        LineAmounts(
            amount_minor=asked[i],
            discount_minor=own[i] + shares[i],
            net_minor=goods[i] - taxes[i] if prices_include_tax else goods[i],
            tax_minor=0 if tax_exempt else taxes[i],
            tax=_left_away(item.tax) if tax_exempt else item.tax,
        )
        for i, item in enumerate(items)
    )
    found = Amounts(
        lines=lines,
        taxes=by_tax([(line.tax, line.net_minor, line.tax_minor) for line in lines if line.tax]),
        subtotal_minor=sum(asked),
        discount_minor=sum(own) + given,
        tax_minor=sum(line.tax_minor for line in lines),
        exempted_minor=sum(taxes) if tax_exempt else 0,
        total_minor=sum(line.total_minor for line in lines),
    )
    largest = max(found.subtotal_minor, found.total_minor)
    return found if largest <= AMOUNT_MINOR_MAX else [_too_large(None, largest)]


def part(minor: int, units: int, quantity: int) -> int:
    """Of an amount of a line of that quantity, what so many of its units come to. What goes back with some units is the
    part of all that went back so far less the part of those before: so all of them give back exactly the amount."""
    return rounded(minor * units, quantity)


def rounded(numerator: int, denominator: int) -> int:
    """Half away from zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def in_coins(minor: int, coin_minor: int) -> int:
    """The nearest amount that can be paid in cash where that is the smallest coin."""
    return rounded(minor, coin_minor) * coin_minor


def shared(minor: int, weights: Sequence[int]) -> list[int]:
    """In proportion to the weights: the floor of each exact share, then one more to those with the largest remainders,
    the earlier first. Nothing where all weights are 0."""
    sum_of_weights = sum(weights)
    if not minor or not sum_of_weights:
        return [0] * len(weights)
    shares, remainders = [], []
    for weight in weights:
        share, remainder = divmod(minor * weight, sum_of_weights)
        shares.append(share)
        remainders.append(remainder)
    left = minor - sum(shares)
    for i in sorted(range(len(weights)), key=lambda i: -remainders[i])[:left]:
        shares[i] += 1
    return shares


def by_tax(lines: Sequence[tuple[Tax, int, int]]) -> tuple[Taxed, ...]:
    """(tax, net, tax amount) summed by code and rate."""
    sums: dict[Tax, tuple[int, int]] = {}
    for tax, net_minor, tax_minor in lines:
        net, taken = sums.get(tax, (0, 0))
        sums[tax] = (net + net_minor, taken + tax_minor)
    return tuple(Taxed(tax=tax, net_minor=net, tax_minor=taken) for tax, (net, taken) in sums.items())


def _taxes(items: Sequence[Item], goods: Sequence[int], *, prices_include_tax: bool) -> list[int]:
    """Of each line. A tax is worked out once for all lines that have it, and shared over them."""
    of_lines = [0] * len(items)
    for tax, positions in _positions(items).items():
        weights = [goods[i] for i in positions]
        whole = ALL + tax.rate if prices_include_tax else ALL
        for i, share in zip(positions, shared(rounded(sum(weights) * tax.rate, whole), weights), strict=True):
            of_lines[i] = share
    return of_lines


def _positions(items: Sequence[Item]) -> Mapping[Tax, list[int]]:
    positions: dict[Tax, list[int]] = {}
    for i, item in enumerate(items):
        if item.tax is not None:
            positions.setdefault(item.tax, []).append(i)
    return positions


def _left_away(tax: Tax | None) -> Tax | None:
    return Tax(tax.code, 0) if tax else None


def _beyond_lines(asked: Sequence[int], own: Sequence[int]) -> Iterator[Excess]:
    for i, (minor, less) in enumerate(zip(asked, own, strict=True)):
        if minor > AMOUNT_MINOR_MAX:
            yield _too_large(i, minor)
        elif less > minor:
            yield Excess(limit=Limit.DISCOUNT_TOO_LARGE, position=i, minor=less, minor_max=minor)


def _too_large(position: int | None, minor: int) -> Excess:
    return Excess(limit=Limit.AMOUNT_TOO_LARGE, position=position, minor=minor, minor_max=AMOUNT_MINOR_MAX)

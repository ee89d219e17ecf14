"""What a sale comes to, worked out from its lines in fractions, and what of it goes back. Nothing of this is the
product's: the verdict holds what the product says against it."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from project.demo.day.day import Sale
from project.demo.day.taxes import Tax, tax_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Of a line. `gross`: what the customer pays for it, in which the tax is."""

    sku: str
    quantity: int
    tax: Tax
    gross: int
    of_it_tax: int

    def part(self, units: int) -> tuple[int, int]:
        """Gross, and what of it is tax, of so many of its units."""
        share = Fraction(units, self.quantity)
        return rounded(self.gross * share), rounded(self.of_it_tax * share)


def amounts_of(sale: Sale) -> list[Amounts]:
    """The discount is spread over the lines, and each tax, which is in the sum of its lines' prices, over those."""
    prices = [line.quantity * line.unit_price_minor for line in sale.lines]
    discount = rounded(Fraction(sum(prices) * sale.discount_percent, 100))
    gross = [price - part for price, part in zip(prices, spread(discount, prices), strict=True)]
    of_tax: dict[Tax, list[int]] = defaultdict(list)
    for place, line in enumerate(sale.lines):
        of_tax[tax_of(line.sku)].append(place)
    taxes = [0] * len(gross)
    for tax, places in of_tax.items():
        taxed = [gross[place] for place in places]
        in_all = rounded(Fraction(sum(taxed) * tax.rate, 100 + tax.rate))
        for place, part in zip(places, spread(in_all, taxed), strict=True):
            taxes[place] = part
    return [
        Amounts(sku=line.sku, quantity=line.quantity, tax=tax_of(line.sku), gross=line_gross, of_it_tax=line_tax)
        for line, line_gross, line_tax in zip(sale.lines, gross, taxes, strict=True)
    ]


def rounded(exact: Fraction) -> int:
    """Halves go up."""
    return math.floor(exact + Fraction(1, 2))


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """In proportion: whole pennies first, and what is left to the largest remainders, of equal ones to the first."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    parts = [math.floor(one) for one in exact]
    first = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in first[: total - sum(parts)]:
        parts[place] += 1
    return parts


def kept_of(lines: Iterable[Amounts], returned: Mapping[str, int]) -> Iterator[tuple[Tax, int, int]]:
    """Tax, gross, and what of it is tax, of what the customer keeps of each line. `returned`: SKU -> units that came
    back; they are of the first lines that have them."""
    left = dict(returned)
    for line in lines:
        units = min(left.get(line.sku, 0), line.quantity)
        left[line.sku] = left.get(line.sku, 0) - units
        gross, tax = line.part(units)
        yield line.tax, line.gross - gross, line.of_it_tax - tax

"""Which units of an order's lines a receipt is about, and what they come to."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from orders.commands.core.amounts import ToldTax, part
from orders.commands.core.machine import Kind
from orders.receipts.core.receipt import ReceiptLine
from orders.receipts.core.sold import Act, SoldLine, SoldOrder

Gone = Mapping[UUID, int]
"""Line -> how many of its units came back or were cancelled so far."""


def gone_after(act: Act, gone: Gone, lines: Sequence[SoldLine]) -> Gone:
    """A cancel takes all that is left, or of an order that was shipped in part what the customer does not keep."""
    match act.kind:
        case Kind.RETURN:
            return {line.id: gone[line.id] + act.returned.get(line.id, 0) for line in lines}
        case Kind.CANCEL if act.ends:
            return {line.id: line.quantity for line in lines}
        case Kind.CANCEL:
            return {line.id: gone[line.id] + line.cancelled for line in lines}
    return gone


def lines_between(order: SoldOrder, first: Gone, last: Gone) -> list[ReceiptLine]:
    """The units from the first count to the last one, of each line that has some."""
    return [
        _units(order, line, first[line.id], last[line.id]) for line in order.lines if first[line.id] != last[line.id]
    ]


def taxes_of(order: SoldOrder, lines: Sequence[ReceiptLine]) -> list[ToldTax]:
    """By code and rate, the first line's first."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for line in lines:
        if line.tax_code is not None and line.tax_rate is not None:
            key = (line.tax_code, line.tax_rate)
            net, tax = sums.get(key, (0, 0))
            sums[key] = (net + line.net_minor, tax + line.tax_minor)
    return [
        ToldTax(code=code, name=order.taxes.get((code, rate), code), rate=rate, net_minor=net, tax_minor=tax)
        for (code, rate), (net, tax) in sums.items()
    ]


def _units(order: SoldOrder, line: SoldLine, first: int, last: int) -> ReceiptLine:
    def between(minor: int) -> int:
        return part(minor, last, line.quantity) - part(minor, first, line.quantity)

    total, tax = between(line.net_minor + line.tax_minor), between(line.tax_minor)
    priced = _priced(order, line, between, total=total, net=total - tax)
    # Each part is rounded by itself: where that leaves a discount below nothing, there is none.
    amount = max(between(line.amount_minor), priced)
    return ReceiptLine(
        sku=line.sku,
        name=line.name,
        quantity=last - first,
        unit=line.unit,
        quantity_decimals=line.quantity_decimals,
        unit_price_minor=line.unit_price_minor,
        amount_minor=amount,
        discount_minor=amount - priced,
        tax_code=line.tax_code,
        tax_rate=line.tax_rate,
        net_minor=total - tax,
        tax_minor=tax,
    )


def _priced(order: SoldOrder, line: SoldLine, between: Callable[[int], int], *, total: int, net: int) -> int:
    """What they cost as prices are written: with their tax or without."""
    if not order.prices_include_tax:
        return net
    return between(line.amount_minor - line.discount_minor) if order.tax_exempt else total

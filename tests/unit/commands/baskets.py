"""Baskets, and what they come to, worked out elsewhere in exact fractions; a row is a line of it."""

from dataclasses import dataclass

from orders.commands.core.amounts import Amounts, Discount, Item, Tax, amounts

STD, RED, REDUCED = Tax("std", 200_000), Tax("red", 50_000), Tax("red", 70_000)
NEW_YORK, ZERO = Tax("nyc", 88_750), Tax("zero", 0)
SWISS, SWISS_REDUCED = Tax("ch", 77_000), Tax("ch-food", 25_000)
TEN_PERCENT = Discount(percent=100_000)


@dataclass(frozen=True, kw_only=True)
class Basket:
    """`lines`: (item, amount, discount, net, tax, total); `taxes`: (code, net, tax)."""

    lines: list[tuple[Item, int, int, int, int, int]]
    discount: Discount | None = None
    inclusive: bool = True
    exempt: bool = False
    subtotal: int
    discounted: int = 0
    tax: int
    exempted: int = 0
    total: int
    taxes: list[tuple[str, int, int]]

    def worked_out(self) -> Amounts:
        found = amounts(
            [row[0] for row in self.lines],
            discount=self.discount,
            prices_include_tax=self.inclusive,
            tax_exempt=self.exempt,
        )
        assert isinstance(found, Amounts)
        return found


def item(quantity: int, price: int, tax: Tax | None = None, *, decimals: int = 0, less: Discount | None = None) -> Item:
    return Item(quantity=quantity, unit_price_minor=price, quantity_decimals=decimals, discount=less, tax=tax)


BASKETS = {
    "prices include tax": Basket(
        lines=[
            (item(3, 499, STD), 1497, 0, 1247, 250, 1497),
            (item(1, 250, RED), 250, 0, 238, 12, 250),
            (item(2, 75), 150, 0, 150, 0, 150),
        ],
        subtotal=1897,
        tax=262,
        total=1897,
        taxes=[("std", 1247, 250), ("red", 238, 12)],
    ),
    "ten percent off the order": Basket(
        lines=[
            (item(3, 499, STD), 1497, 150, 1122, 225, 1347),
            (item(1, 250, RED), 250, 25, 214, 11, 225),
            (item(2, 75), 150, 15, 135, 0, 135),
        ],
        discount=TEN_PERCENT,
        subtotal=1897,
        discounted=190,
        tax=236,
        total=1707,
        taxes=[("std", 1122, 225), ("red", 214, 11)],
    ),
    "prices without tax": Basket(
        lines=[
            (item(1, 1999, NEW_YORK), 1999, 0, 1999, 177, 2176),
            (item(3, 333, NEW_YORK), 999, 0, 999, 89, 1088),
            (item(1, 1, NEW_YORK), 1, 0, 1, 0, 1),
        ],
        inclusive=False,
        subtotal=2999,
        tax=266,
        total=3265,
        taxes=[("nyc", 2999, 266)],
    ),
    "by weight, discounted by line, exempt": Basket(
        lines=[
            (item(345, 1290, STD, decimals=3, less=Discount(percent=150_000)), 445, 67, 315, 0, 315),
            (item(1, 80, STD, less=Discount(minor=80)), 80, 80, 0, 0, 0),
            (item(1250, 399, REDUCED, decimals=3), 499, 0, 466, 0, 466),
        ],
        exempt=True,
        subtotal=1024,
        discounted=147,
        tax=0,
        exempted=96,
        total=781,
        taxes=[("std", 315, 0), ("red", 466, 0)],
    ),
    "three for ten": Basket(
        lines=[(item(3, 334, STD, less=Discount(minor=2)), 1002, 2, 833, 167, 1000)],
        subtotal=1002,
        discounted=2,
        tax=167,
        total=1000,
        taxes=[("std", 833, 167)],
    ),
    "a receipt in Swiss francs": Basket(
        lines=[
            (item(2, 450, SWISS), 900, 0, 836, 64, 900),
            (item(1, 323, SWISS_REDUCED), 323, 0, 315, 8, 323),
        ],
        subtotal=1223,
        tax=72,
        total=1223,
        taxes=[("ch", 836, 64), ("ch-food", 315, 8)],
    ),
    "a zero rate beside a reduced one": Basket(
        lines=[
            (item(1, 899, ZERO), 899, 0, 899, 0, 899),
            (item(1, 1000, RED), 1000, 0, 952, 48, 1000),
            (item(2, 120, ZERO), 240, 0, 240, 0, 240),
        ],
        subtotal=2139,
        tax=48,
        total=2139,
        taxes=[("zero", 1139, 0), ("red", 952, 48)],
    ),
    "nothing": Basket(lines=[], subtotal=0, tax=0, total=0, taxes=[]),
    "all of it given away": Basket(
        lines=[(item(2, 50, STD), 100, 100, 0, 0, 0)],
        discount=Discount(percent=1_000_000),
        subtotal=100,
        discounted=100,
        tax=0,
        total=0,
        taxes=[("std", 0, 0)],
    ),
    "prices without tax, exempt": Basket(
        lines=[(item(1, 1000, STD), 1000, 0, 1000, 0, 1000)],
        inclusive=False,
        exempt=True,
        subtotal=1000,
        tax=0,
        exempted=200,
        total=1000,
        taxes=[("std", 1000, 0)],
    ),
}

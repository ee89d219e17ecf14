"""The sales that every contender is given: three lines over 200 products, or two and the hot one, or many."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from uuid_utils import uuid7

LINES = 3
CURRENCY = "GBP"
HOT = 0
"""The index of the product that everybody wants."""


@dataclass(frozen=True, slots=True)
class Ware:
    """A product on sale."""

    id: int
    sku: str
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """An endless supply of sales. `is_hot`: every one of them has the hot product on its first line."""

    wares: Sequence[Ware]
    is_hot: bool
    dice: random.Random
    lines: int = LINES

    def next(self) -> "Sale":
        if self.is_hot:
            return Sale([self.wares[HOT], *self.dice.sample(self.wares[HOT + 1 :], self.lines - 1)], str(uuid7()))
        return Sale(self.dice.sample(self.wares, self.lines), str(uuid7()))


@dataclass(frozen=True, slots=True)
class Sale:
    """One of each ware, paid in cash. `id` serves as the order's id and as the idempotency key.

    JSON is put together by hand: its parts need no escaping, and this is done thousands of times a second.
    """

    wares: Sequence[Ware]
    id: str

    @property
    def total_minor(self) -> int:
        return sum(ware.price_minor for ware in self.wares)

    def order(self) -> str:
        lines = ",".join(f'{{"sku":"{ware.sku}","quantity":1}}' for ware in self.wares)
        return f'{{"id":"{self.id}","currency":"{CURRENCY}","fulfilment":"immediate","lines":[{lines}]}}'

    def payment(self) -> str:
        return f'{{"tenders":[{{"method":"cash","amount_minor":{self.total_minor}}}]}}'

    def item(self) -> str:
        """As an item of a bulk request: the order and its payment in one."""
        return f'{{"key":"{self.id}","kind":"pay","order":{self.order()},"body":{self.payment()}}}'

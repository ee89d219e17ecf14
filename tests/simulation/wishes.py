"""What tills ask for: any command on any order, mostly one that leads somewhere."""

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from orders.commands.core.amounts import in_coins
from orders.commands.core.machine import Fulfilment, Kind, PaymentTerms
from tests.properties.model import COIN_MINOR
from tests.simulation.outside import DECLINED
from tests.support.payments.paper_bank import VISA

TRACKED = ["TEA", "CUP"]
SKUS = [*TRACKED, "TEA", "POSTAGE"]
PRICE_MINOR = 250
LOCATIONS = [None, "shop", "stockroom"]
REFERENCES = ["cart-1", "cart-2"]
LIFETIMES = [None, 5, 60, 3_600]
ORDER_KINDS = [
    *[Kind.PAY] * 5,
    *[Kind.RESERVE] * 3,
    *[Kind.FULFILL] * 3,
    *[Kind.RETURN] * 2,
    *(Kind.CANCEL, Kind.RELEASE, Kind.EXTEND, Kind.DELIVER),
]
STOCK_KINDS = [
    *(Kind.RECEIVE, Kind.RECEIVE, Kind.ADJUST, Kind.COUNT, Kind.WRITE_OFF, Kind.TRANSFER),
    *(Kind.HOLD, Kind.HOLD, Kind.RELEASE_HOLD, Kind.COMMIT_HOLD),
]


DRAWER_KINDS = [Kind.DRAWER_OPEN, Kind.DRAWER_MOVEMENT, Kind.DRAWER_MOVEMENT, Kind.DRAWER_CLOSE]


@dataclass(slots=True)
class KnownOrder:
    """As its till remembers it. `paid_minor`: what it sent payments for."""

    id: UUID
    total_minor: int
    line_ids: list[UUID]
    skus: list[str]
    paid_minor: int = 0
    payments: list[UUID] = field(default_factory=list)


class Wishes:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def lines(self) -> list[tuple[str, int]]:
        return [(self._one(SKUS), self.chance.randint(1, 3)) for _ in range(self.chance.choice([1, 1, 1, 2, 3]))]

    def how(self) -> tuple[Fulfilment, PaymentTerms]:
        fulfilment = self._one([Fulfilment.IMMEDIATE, Fulfilment.SHIPMENT])
        terms = PaymentTerms.ON_ACCOUNT if self.chance.random() < 0.2 else PaymentTerms.PREPAID
        return fulfilment, terms

    def on_order(self, order: KnownOrder) -> tuple[Kind, dict[str, Any]]:
        kind = self._one(ORDER_KINDS)
        return kind, self._of_order(kind, order)

    def on_stock(self) -> tuple[Kind, dict[str, Any]]:
        kind = self._one(STOCK_KINDS)
        return kind, self._of_stock(kind)

    def on_drawer(self) -> tuple[Kind, dict[str, Any]]:
        kind = self._one(DRAWER_KINDS)
        match kind:
            case Kind.DRAWER_OPEN:
                return kind, {"float_minor": self._one([0, 100, 10_000])}
            case Kind.DRAWER_MOVEMENT:
                return kind, {"amount_minor": self._one([-500, -20, 20, 1_000]), "reason": "change"}
            case _:
                counted = [{"method": "cash", "amount_minor": self._one([0, 240, 10_000])}]
                return kind, {"counted": self._one([counted, []])}

    def _of_order(self, kind: Kind, order: KnownOrder) -> dict[str, Any]:
        match kind:
            case Kind.PAY:
                return self._pay(order)
            case Kind.RESERVE:
                return {"expires_in_s": self._one(LIFETIMES), "shortage": self._one(["reject", "backorder"])}
            case Kind.EXTEND:
                return {"expires_in_s": self._one(LIFETIMES)}
            case Kind.FULFILL:
                row = {"line_id": str(self._one(order.line_ids)), "quantity": self._one([None, 1])}
                return {"lines": self._one([None, [row]])}
            case Kind.RETURN:
                condition = self._one(["sellable", "damaged"])
                row = {"line_id": str(self._one(order.line_ids)), "quantity": 1, "condition": condition}
                return {"lines": [row], "location": None, "reason": None}
            case Kind.DELIVER:
                return {}
            case _:
                return {"reason": None}

    def _pay(self, order: KnownOrder) -> dict[str, Any]:
        partial = self.chance.random() < 0.2
        due = max(order.total_minor - (order.paid_minor if self.chance.random() < 0.5 else 0), 0)
        amount = due // 2 if partial else due
        parts = [amount] if self.chance.random() < 0.6 else [amount // 2, amount - amount // 2]
        order.paid_minor += amount
        shortage = self._one(["reject", "record", "backorder"])
        return {"tenders": [self._tender(part) for part in parts], "partial": partial, "shortage": shortage}

    def _tender(self, amount_minor: int) -> dict[str, Any]:
        method = self._one(["cash", "card", "online", "online"]) if amount_minor else "cash"
        if method == "cash":
            amount_minor = in_coins(amount_minor, COIN_MINOR)
        tender: dict[str, Any] = {"method": method, "amount_minor": amount_minor}
        if method == "online":
            tender |= {"provider": "bank", "token": self._one([VISA, VISA, VISA, DECLINED])}
        return tender

    def _of_stock(self, kind: Kind) -> dict[str, Any]:
        rows = [self._item(kind) for _ in range(self.chance.choice([1, 1, 2]))]
        match kind:
            case Kind.HOLD:
                return {"reference": self._one(REFERENCES), "items": rows, "expires_in_s": self._one(LIFETIMES)}
            case Kind.RELEASE_HOLD:
                return {"reference": self._one(REFERENCES), "items": self._one([rows, []]), "reason": None}
            case Kind.COMMIT_HOLD:
                return {"reference": self._one(REFERENCES), "items": rows}
            case Kind.ADJUST | Kind.COUNT | Kind.WRITE_OFF:
                return {"items": rows, "reason": "recount", "shortage": self._one(["reject", "release"])}
            case _:
                return {"items": rows, "reason": "recount", "reference": None}

    def _item(self, kind: Kind) -> dict[str, Any]:
        sku, quantity = self._one(TRACKED), self.chance.randint(1, 3)
        match kind:
            case Kind.TRANSFER:
                there, back = self._one([("shop", "stockroom"), ("stockroom", "shop")])
                return {"sku": sku, "quantity": quantity, "from_location": there, "to_location": back}
            case Kind.HOLD | Kind.RELEASE_HOLD | Kind.COMMIT_HOLD:
                return {"sku": sku, "quantity": quantity}
            case Kind.ADJUST:
                return {"sku": sku, "quantity": self._one([-2, -1, 1, 2]), "location": self._one(LOCATIONS)}
            case _:
                return {"sku": sku, "quantity": quantity, "location": self._one(LOCATIONS)}

    def _one(self, choices: Any) -> Any:
        return self.chance.choice(choices)

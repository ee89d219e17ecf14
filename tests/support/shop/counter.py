"""A counter at which orders of any total are paid and brought back, one command after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.support.shop.till import Answer, Till

ONE = {"sku": "POSTAGE", "quantity": 1, "condition": "sellable"}


@dataclass(frozen=True, slots=True)
class Counter:
    """Each command is settled before the next; what is sold is not counted."""

    till: Till
    settle: Callable[[Answer, Till], Any]
    _keys: Any = field(default_factory=count)

    def order(self, total: int, quantity: int = 1, **more: Any) -> str:
        """One of that many, of which all together come to the total."""
        price = -(-total // quantity)
        discount = price * quantity - total
        line = {"sku": "POSTAGE", "quantity": quantity, "unit_price_minor": price, "discount_minor": discount}
        body = {"currency": "GBP", "fulfilment": "immediate", "lines": [line], **more}
        created = self.till.post("/orders", body)
        assert (created.status, created.body["total_minor"]) == (201, total), created
        id_: str = created.body["id"]
        return id_

    def command(self, kind: str, order_id: str, **body: Any) -> Any:
        answer = self.till.post(f"/orders/{order_id}/{kind}", body, key=f"{kind} {next(self._keys)}")
        return self.settle(answer, self.till)

    def pay(self, order_id: str, *tenders: dict[str, Any], **more: Any) -> Any:
        return self.command("pay", order_id, tenders=list(tenders), **more)

    def bring_back(self, order_id: str, quantity: int = 1, **more: Any) -> Any:
        return self.command("return", order_id, lines=[{**ONE, "quantity": quantity}], **more)

    def sell(self, total: int, *tenders: dict[str, Any], quantity: int = 1) -> str:
        order_id = self.order(total, quantity)
        assert self.pay(order_id, *tenders)["outcome"]["code"] == "applied"
        return order_id

    def read(self, order_id: str, *fields: str) -> tuple[Any, ...]:
        found = self.till.get(f"/orders/{order_id}").body
        return tuple(found[name] for name in fields)


def cash(amount_minor: int, **more: Any) -> dict[str, Any]:
    return {"method": "cash", "amount_minor": amount_minor, **more}


def card(amount_minor: int, **more: Any) -> dict[str, Any]:
    return {"method": "card", "amount_minor": amount_minor, **more}


def parts(command: Any) -> list[tuple[str, int]]:
    """What went back, and how."""
    return [(one["method"], one["amount_minor"]) for one in command["result"]["refunds"]]


def set_coin(backoffice: Till, minor: int) -> None:
    """The smallest one."""
    assert backoffice.put("/store", {"cash_rounding_minor": minor}).body["cash_rounding_minor"] == minor

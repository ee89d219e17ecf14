"""A till with a drawer, as a cashier uses it; a worker settles each command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from orders.commands.core.machine import Kind
from tests.support.shop.rung import run_drawer
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]


@dataclass(frozen=True, slots=True)
class Cashier:
    """Each answers with the settled command; `rejected` ones too."""

    till: Till
    settle: Settle

    def open(self, float_minor: int = 10_000, **more: Any) -> Any:
        return self._send("/drawer/open", {"float_minor": float_minor, **more})

    def move(self, amount_minor: int, reason: str = "to the bank", **more: Any) -> Any:
        return self._send("/drawer/movement", {"amount_minor": amount_minor, "reason": reason, **more})

    def close(self, cash: int = 10_000, others: Mapping[str, int] | None = None, **more: Any) -> Any:
        counted = [{"method": "cash", "amount_minor": cash}]
        counted += [{"method": name, "amount_minor": minor} for name, minor in (others or {}).items()]
        return self._send("/drawer/close", {"counted": counted, **more})

    def sell(self, quantity: int = 1, *, method: str = "cash", sku: str = "TEA-80") -> UUID:
        """The id of an order that was paid."""
        order_id = self.till.sell((sku, quantity))
        assert self.pay(order_id, quantity * 250, method=method)["state"] == "succeeded"
        return order_id

    def pay(self, order_id: UUID, amount_minor: int, *, method: str = "cash") -> Any:
        tenders = [{"method": method, "amount_minor": amount_minor}] if amount_minor else []
        return self._send(f"/orders/{order_id}/pay", {"tenders": tenders})

    def take_back(self, order_id: UUID, quantity: int = 1, *, sku: str = "TEA-80") -> Any:
        lines = [{"sku": sku, "quantity": quantity, "condition": "sellable"}]
        return self._send(f"/orders/{order_id}/return", {"lines": lines})

    def cancel(self, order_id: UUID) -> Any:
        return self._send(f"/orders/{order_id}/cancel", {})

    def report(self) -> Any:
        return self.till.get("/drawer").body

    @property
    def terminal(self) -> int:
        id_: int = self.till.get("/terminals/me").body["id"]
        return id_

    def _send(self, path: str, body: Any) -> Any:
        return self.settle(self.till.post(path, body, key=str(uuid4())), self.till)


def close_drawer(shop: Shop) -> None:
    """The shop's till opens its drawer, takes some cash out, and closes it."""
    drawer_id = shop.caller.terminal_id
    shop.submit(Kind.DRAWER_OPEN, drawer_id=drawer_id, float_minor=100)
    shop.submit(Kind.DRAWER_MOVEMENT, drawer_id=drawer_id, amount_minor=-20, reason="to the bank")
    shop.submit(Kind.DRAWER_CLOSE, drawer_id=drawer_id, counted=[{"method": "cash", "amount_minor": 80}])
    assert run_drawer(drawer_id) == []

"""A probe that buys one thing again and again and asks without patience: how long sales take, and when they go again.

It speaks HTTP itself. Tills back off where nothing answers, and would tell late that it is over.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import httpx

from benchmarks.chaos.history.heard import FINAL
from benchmarks.chaos.people.person import LAST_PATIENCE_S, Shop

NAME, ROLE = "probe", "pos"
SKU_PAYS_MINOR = 100_000
PAUSE_S = 0.1
GIVEN_UP_AFTER_S = 1.5
"""It begins another sale, and asks for this one later."""


@dataclass(slots=True)
class Sale:
    """`began`, `settled`: by the monotonic clock."""

    key: str
    order_id: str
    began: float
    settled: float | None = None
    command_id: str | None = None


class Probe:
    def __init__(self, shop: Shop, *, key: str) -> None:
        self.sales: list[Sale] = []
        self._sku = next(iter(shop.prices))
        self._shop = shop
        self._client = shop.client(who=NAME, role=ROLE)
        self._client.base_url = httpx.URL(f"{shop.base_url}/api/v1")
        self._client.headers["Authorization"] = f"Bearer {key}"
        self._client.timeout = httpx.Timeout(GIVEN_UP_AFTER_S)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, name=NAME, daemon=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self.join()

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()

    def join(self) -> None:
        if self._thread.is_alive():
            self._thread.join()
        self._client.close()

    def sold_since(self, at: float) -> float | None:
        """When a sale was settled that began after that."""
        later = (one.settled for one in reversed(self.sales) if one.began > at and one.settled)
        return min(later, default=None)

    def _live(self) -> None:
        while not (self._closing.wait(PAUSE_S) or self._shop.is_left):
            sale = Sale(key=f"{NAME}-{len(self.sales)}", order_id=str(uuid4()), began=time.monotonic())
            self.sales.append(sale)
            self._carry_out(sale, until=sale.began + GIVEN_UP_AFTER_S)
            self._look_after_others()
        until = time.monotonic() + LAST_PATIENCE_S
        while self._awaits_any() and time.monotonic() < until and not self._shop.is_left:
            self._look_after_others()
        self._shop.failed += [f"{NAME}: {sale.key} is not settled" for sale in self.sales if sale.settled is None]

    def _awaits_any(self) -> bool:
        return any(sale.settled is None for sale in self.sales)

    def _look_after_others(self) -> None:
        """One call for each that was given up, while they are answered."""
        for sale in self.sales:
            if sale.settled is None and not self._try(sale):
                return

    def _carry_out(self, sale: Sale, *, until: float) -> None:
        while sale.settled is None and time.monotonic() < until:
            if not self._try(sale):
                time.sleep(PAUSE_S / 2)

    def _try(self, sale: Sale) -> bool:
        """Send it, or ask for it; whether there was an answer."""
        command = self._sent(sale) if sale.command_id is None else self._asked(sale.command_id)
        if command:
            sale.command_id = command["id"]
            if command["state"] in FINAL:
                sale.settled = time.monotonic()
        return command is not None

    def _sent(self, sale: Sale) -> dict[str, Any] | None:
        lines = [{"sku": self._sku, "quantity": 1}]
        item = {
            "key": sale.key,
            "kind": "pay",
            "order": {"id": sale.order_id, "currency": "GBP", "fulfilment": "immediate", "lines": lines},
            "body": {"tenders": [{"method": "cash", "amount_minor": SKU_PAYS_MINOR}], "shortage": "record"},
        }
        answer = self._call("POST", "/commands", json=[item])
        told: dict[str, Any] | None = answer["items"][0] if answer else None
        if told and told["status"] == "refused":
            self._shop.failed.append(f"{NAME}: {sale.key} is refused: {told['problem']}")
        return (told.get("command") or {"id": told["command_id"], "state": None}) if told else None

    def _asked(self, command_id: str) -> dict[str, Any] | None:
        return self._call("GET", f"/commands/{command_id}")

    def _call(self, method: str, path: str, **how: Any) -> dict[str, Any] | None:
        """None where there is no good answer."""
        try:
            response = self._client.request(method, path, headers={"Prefer": "wait=1"}, **how)
            answer: dict[str, Any] | None = response.json() if response.is_success else None
        except (httpx.TransportError, ValueError):
            return None
        return answer

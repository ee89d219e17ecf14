"""One client in a thread of its own, with a terminal of its own; whatever it asks and hears is recorded."""

import random
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

import httpx

from benchmarks.chaos.history.exchange import History
from benchmarks.chaos.history.recorder import Recorder
from ringup_client import Asked, Command, RingupError, Till, Unreachable

PATIENCE_S, TIMEOUT_S = 4.0, 2.0
LAST_PATIENCE_S = 60.0
IDS_KEPT = 300


@dataclass(slots=True)
class Shop:
    """What people know in common. `prices`: sku -> price; `orders`: those they may meet at, with their line ids."""

    base_url: str
    history: History
    folder: Path
    seed: int
    prices: dict[str, int]
    orders: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=IDS_KEPT))
    failed: list[str] = field(default_factory=list)
    is_calm: bool = False
    """Whether all faults are over."""
    is_left: bool = False
    """Whether nobody looks at how they end any more: they end where they are."""

    def client(self, *, who: str, role: str) -> httpx.Client:
        by = httpx.HTTPTransport()
        return httpx.Client(transport=Recorder(self.history, who=who, role=role, by=by), trust_env=False)


class Person:
    """Does one thing after another until told to close; then its thread has ended and its files are shut."""

    role: ClassVar[str] = "pos"
    pause_s: ClassVar[float] = 0.05

    def __init__(self, shop: Shop, name: str) -> None:
        self.shop = shop
        self.name = name
        self.chance = random.Random(f"{shop.seed} {name}")
        self.submitted = 0
        self.till = Till(
            shop.base_url,
            file=shop.folder / f"{name}.sqlite3",
            patience_s=PATIENCE_S,
            timeout_s=TIMEOUT_S,
            client=shop.client(who=name, role=self.role),
        )
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)

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
        self.till.close()

    def open(self) -> None:
        """Before the first turn."""

    def turn(self) -> None:
        raise AssertionError("each has its own")

    def finish(self) -> None:
        """Once all is calm, after the last turn."""

    def submit(self, asked: Asked) -> Command:
        self.submitted += 1
        return self.till.submit(asked, key=f"{self.name}-{self.submitted}")

    def some_sku(self) -> str:
        """The first ones are asked for by everybody."""
        skus = list(self.shop.prices)
        return skus[min(int(self.chance.expovariate(0.4)), len(skus) - 1)]

    def _live(self) -> None:
        try:
            self.open()
            while not (self._closing.is_set() or self.shop.is_left):
                with suppress(Unreachable):
                    self.turn()
                self._closing.wait(self.chance.uniform(0, 2 * self.pause_s))
            if not self.shop.is_left:
                self._settle_all()
                self.finish()
        except RingupError as error:
            self.shop.failed.append(f"{self.name}: {error}")

    def _settle_all(self) -> None:
        """Nothing is left open: all that was kept is sent, and asked for until it is final."""
        until = time.monotonic() + LAST_PATIENCE_S
        while self.till.unsettled() and time.monotonic() < until and not self.shop.is_left:
            self.till.send(patience_s=LAST_PATIENCE_S)
            self.till.ask(patience_s=LAST_PATIENCE_S)
            time.sleep(0.2)
        for command in self.till.unsettled():
            self.shop.failed.append(f"{self.name}: {command.kind} {command.key} is {command.state}: {command.detail}")

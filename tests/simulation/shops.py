"""The stores of a run, which know nothing of each other: their shelves, their tills, and what the core says of them."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from inventory.db.reads.price_list import price_list
from tests.properties.model import COIN_MINOR
from tests.simulation.clock import Clock
from tests.simulation.mirror import Mirror, Saved, mirror_of
from tests.simulation.plan import Plan
from tests.simulation.server import Server
from tests.simulation.tills import Counter, Till
from tests.simulation.wishes import SKUS
from tests.support.shop.shop import open_shop

CODES = ("corner", "harbour")


@dataclass(slots=True)
class Shops:
    """Of each store what its tills know, and what the core says of it."""

    counters: list[Counter]
    mirrors: list[Mirror]

    @property
    def commands(self) -> int:
        return sum(len(one.by_id) for one in self.counters)

    def commit(self, saved: Saved) -> list[str]:
        return [broken for mirror in self.mirrors for broken in mirror.commit(saved)]

    def stop(self, stopped: frozenset[UUID]) -> None:
        for mirror in self.mirrors:
            mirror.stop(stopped)

    def differences(self) -> list[str]:
        return [difference for mirror in self.mirrors for difference in mirror.differences()]

    def tills(
        self,
        plan: Plan,
        clock: Clock,
        stream: Callable[[], random.Random],
        new_id: Callable[[], UUID],
        steps: Callable[[], int],
    ) -> list[Till]:
        """In turn one of each store."""
        counters = [self.counters[number % plan.stores] for number in range(max(plan.tills, plan.stores))]
        return [Till(counter, clock, stream(), new_id, steps, has_drawer=plan.drawers) for counter in counters]


def open_shops(server: Server, plan: Plan) -> Shops:
    # A level that comes in between is not seen by whoever waits for another of its product, who then comes before
    # it though it commits later: the mirror goes by the commits.
    shops = Shops([], [])
    for code in CODES[: plan.stores]:
        shop = open_shop(code, shelf={"TEA": 6, "CUP": 0}, stockroom={"TEA": 4, "CUP": 3}, numbers=plan.numbers)
        shop.set(cash_rounding_minor=COIN_MINOR)
        mirror = mirror_of(server, shop.store_id, insists=plan.insists)
        shops.mirrors.append(mirror)
        shops.counters.append(Counter(shop, price_list(shop.store_id, set(SKUS)), mirror.drafts))
    for counter in shops.counters:
        counter.others = [other for other in shops.counters if other is not counter]
    return shops

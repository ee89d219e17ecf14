"""While tills sell one by one, what another terminal has sent together is settled in short batches."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

import workers.sizes
from orders.journal.core.batch import Subject
from tests.support.shop.rung import run
from tests.support.shop.shop import open_shop, states
from workers import execute
from workers import run as ring
from workers.sizes import Sizes

MOST, SHORT = 16, 4
BATCHES_MAX = 40


@dataclass
class Batches:
    """What each has settled; `after` each something may come in."""

    settled: list[list[UUID]] = field(default_factory=list)
    sizes: Sizes = field(default_factory=Sizes)
    after: Callable[[], None] = lambda: None

    def execute(self, rung: Sequence[Subject], **how: Any) -> execute.Executed:
        if len(self.settled) > BATCHES_MAX:
            pytest.fail("there is no end of batches")
        executed = execute.execute(rung, **how)
        self.settled.append(executed.settled)
        self.after()
        return executed


@pytest.fixture
def batches(own_database: str, fresh_broker: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Batches:
    """Of a worker that has seen nobody yet."""
    settings.BROKER_URL, settings.COMMAND_BATCH_MAX = fresh_broker, MOST
    batches = Batches()
    for module in (execute, ring):
        monkeypatch.setattr(module, "sizes", batches.sizes)
    monkeypatch.setattr(workers.sizes, "SHORT", SHORT)
    monkeypatch.setattr(workers.sizes, "LATELY_S", 3_600.0)
    monkeypatch.setattr(ring, "execute", batches.execute)
    return batches


def test_beside_a_till_a_ring_for_many_takes_short_batches(batches: Batches) -> None:
    """Who comes while many are settled does not wait for what was sent together."""
    batches.sizes.note([-1])
    shop = open_shop()
    many = [shop.sale() for _ in range(30)]
    run([order_id for order_id, _ in many])
    assert "pending" not in states([id_ for _, id_ in many])
    assert [len(one) for one in batches.settled[:2]] == [SHORT, SHORT]


def test_a_till_that_comes_is_served_by_the_next_and_then_they_are_short(batches: Batches) -> None:
    """It sells again after each of them. As many as it takes for all that were rung for, if nobody came in between."""
    shop, other = open_shop(shelf={"TEA-80": 60}), open_shop("harbour")
    many = [shop.sale() for _ in range(60)]
    sold: list[UUID] = []
    batches.after = lambda: sold.append(other.sale()[1]) if len(sold) < 8 else None
    run([order_id for order_id, _ in many])
    assert [len(one) for one in batches.settled[:8]] == [MOST] + [SHORT] * 7
    assert [sale in settled for sale, settled in zip(sold, batches.settled[1:], strict=False)] == [True] * 8
    assert "pending" not in states([id_ for _, id_ in many])

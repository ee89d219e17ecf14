"""While tills sell one by one, what another terminal has sent together is settled in short batches."""

from collections.abc import Sequence
from typing import Any

import pytest
from pytest_django.fixtures import Settings

import workers.sizes
from orders.journal.core.batch import Subject
from tests.support.shop.rung import run
from tests.support.shop.shop import open_shop, states
from workers import execute
from workers import run as ring
from workers.sizes import Sizes


def test_beside_a_till_a_ring_for_many_takes_short_batches(
    own_database: str, fresh_broker: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes while many are settled does not wait for what was sent together."""
    settings.BROKER_URL, settings.COMMAND_BATCH_MAX = fresh_broker, 16
    shop, sizes = open_shop(), Sizes()
    for module in (execute, ring):
        monkeypatch.setattr(module, "sizes", sizes)
    monkeypatch.setattr(workers.sizes, "SHORT", 4)
    monkeypatch.setattr(workers.sizes, "LATELY_S", 3_600.0)
    sizes.note([-1])
    many = [shop.sale() for _ in range(30)]
    batches: list[int] = []

    def count(rung: Sequence[Subject], **how: Any) -> execute.Executed:
        executed = execute.execute(rung, **how)
        batches.append(len(executed.settled))
        return executed

    monkeypatch.setattr(ring, "execute", count)
    run([order_id for order_id, _ in many])
    assert "pending" not in states([id_ for _, id_ in many])
    assert batches[:2] == [4, 4]

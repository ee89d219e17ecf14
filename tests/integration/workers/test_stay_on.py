"""While several come at once, whoever took a ring stays for the next."""

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from celery import Task
from psycopg.errors import LockNotAvailable

from orders.commands.core.machine import Kind
from orders.journal.core.batch import Subject
from orders.models import Command
from tests.support.shop.rung import subjects
from tests.support.shop.shop import open_shop
from workers import execute
from workers import run as ring
from workers.tasks import answer_ring


class Rung(Task):
    request = SimpleNamespace(delivery_info={}, retries=0)


@pytest.fixture
def waves(own_database: str, monkeypatch: pytest.MonkeyPatch) -> list[list[UUID]]:
    """Orders that come to be reserved: the first of them have come, and the others do while the worker pauses."""
    shop = open_shop()
    coming = [[shop.order(("TEA-80", 1)) for _ in range(count)] for count in (2, 2, 1, 1)]
    left = iter(coming)

    def come(_: float) -> None:
        for order_id in next(left):
            shop.submit(Kind.RESERVE, order_id)

    come(0)
    monkeypatch.setattr(ring, "rush", ring.Rush(come))
    monkeypatch.setattr(ring, "STAY_S_MAX", 60)  # a slow machine is not what is tried here
    return coming


def states(waves: list[list[UUID]]) -> Iterator[list[str]]:
    for orders in waves:
        yield list(Command.objects.filter(order_id__in=orders).values_list("state", flat=True))


def test_it_stays_until_a_batch_was_for_one(waves: list[list[UUID]]) -> None:
    answer_ring(Rung(), subjects(waves[0]))
    assert list(states(waves)) == [["succeeded"] * 2, ["succeeded"] * 2, ["succeeded"], []]


def test_it_stays_no_longer_than_others_may_wait(waves: list[list[UUID]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ring, "STAY_S_MAX", 0)
    answer_ring(Rung(), subjects(waves[0]))
    assert list(states(waves)) == [["succeeded"] * 2, [], [], []]


def test_it_tries_again_what_may_pass(waves: list[list[UUID]], monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [LockNotAvailable("somebody has it")]

    def execute_at_last(rung: Sequence[Subject], **how: Any) -> execute.Executed:
        if not rung and faults:
            raise faults.pop()
        return execute.execute(rung, **how)

    monkeypatch.setattr(ring, "execute", execute_at_last)
    answer_ring(Rung(), subjects(waves[0]))
    assert list(states(waves)) == [["succeeded"] * 2, ["succeeded"] * 2, ["succeeded"], []]

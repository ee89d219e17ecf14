"""What becomes of a task whose commands could not be settled."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from celery import Task
from celery.exceptions import Retry
from psycopg.errors import LockNotAvailable

from orders.journal.core.batch import OrderSubject, Subject
from orders.models import Command
from tests.support.shop.poison import poison
from tests.support.shop.shop import open_shop, state
from workers.tasks import RETRIES_MAX, RETRY_S, CommandsParked, answer_ring


class Rung(Task):
    """As Celery calls it, after so many retries. `asked`: how it shall come again."""

    request: Any = None

    def __init__(self, retries: int = 0) -> None:
        self.request = SimpleNamespace(delivery_info={}, retries=retries)
        self.asked: dict[str, Any] = {}

    def retry(self, **how: Any) -> Retry:
        self.asked = how
        return Retry()


@pytest.fixture
def sale(own_database: str) -> tuple[UUID, UUID]:
    """An order and the pay that is pending for it."""
    return open_shop().sale(("POSTAGE", 1))


def locked_out(_: Sequence[Subject], *, queue: str) -> list[Exception]:
    raise LockNotAvailable("somebody has it")


def attempts(command_id: UUID) -> int:
    return Command.objects.get(id=command_id).attempts


def test_a_fault_that_may_pass_comes_again_later(sale: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    order_id, command_id = sale
    monkeypatch.setattr("workers.tasks.run", locked_out)
    task = Rung()
    with pytest.raises(Retry):
        answer_ring(task, [OrderSubject(order_id)])
    assert RETRY_S[0] <= task.asked["countdown"] <= RETRY_S[1]
    assert task.asked["max_retries"] == RETRIES_MAX
    assert isinstance(task.asked["exc"], LockNotAvailable)
    assert attempts(command_id) == 0


def test_one_that_outlasts_every_retry_is_counted_and_left_to_the_sweeper(
    sale: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id, command_id = sale
    monkeypatch.setattr("workers.tasks.run", locked_out)
    task = Rung(retries=RETRIES_MAX)
    with pytest.raises(LockNotAvailable):
        answer_ring(task, [OrderSubject(order_id)])
    assert task.asked == {}
    assert attempts(command_id) == 1
    assert state(command_id) == "pending"


def test_a_parked_command_fails_its_task(sale: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    order_id, command_id = sale
    poison(monkeypatch, {command_id})
    with pytest.raises(CommandsParked, match="1 parked"):
        answer_ring(Rung(), [OrderSubject(order_id)])
    assert state(command_id) == "parked"

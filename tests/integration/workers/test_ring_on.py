"""More commands than a batch takes: whoever settled the first of them rings for the rest."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import redis
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.journal.ring import QUEUE
from orders.models import Command
from tests.support.shop.poison import poison
from tests.support.shop.rung import Name, run
from tests.support.shop.shop import Shop, open_shop, state, states

Rung = Callable[[], list[Name] | None]


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop()


@pytest.fixture
def rung(fresh_broker: str, settings: Settings) -> Iterator[Rung]:
    """What the next ring is for, None where there is none. A batch takes two commands."""
    settings.BROKER_URL, settings.COMMAND_BATCH_MAX = fresh_broker, 2
    with redis.Redis.from_url(fresh_broker) as broker:

        def pop() -> list[Name] | None:
            if (message := broker.rpop(QUEUE)) is None:
                return None
            kwargs: dict[str, Any] = json.loads(b64decode(json.loads(message)["body"]))[1]
            return [*map(UUID, kwargs["order_ids"]), *kwargs["store_ids"]]

        yield pop


def back_and_forth(shop: Shop, count: int) -> tuple[UUID, list[UUID]]:
    """An order with so many commands."""
    order_id = shop.order(("TEA-80", 1))
    return order_id, [shop.submit((Kind.RESERVE, Kind.RELEASE)[n % 2], order_id) for n in range(count)]


def test_an_order_with_more_than_a_batch_is_rung_for_until_it_is_done(shop: Shop, rung: Rung) -> None:
    order_id, commands = back_and_forth(shop, 5)
    run([order_id])
    for settled in (2, 4):
        assert states(commands) == ["applied"] * settled + ["pending"] * (5 - settled)
        assert rung() == [order_id]
        run([order_id])
    assert states(commands) == ["applied"] * 5
    assert rung() is None


def test_a_store_is_rung_for_like_an_order(shop: Shop, rung: Rung) -> None:
    commands = [shop.receive("TEA-80", 1) for _ in range(3)]
    run([shop.store_id])
    assert states(commands) == ["applied", "applied", "pending"]
    assert rung() == [shop.store_id]


def test_a_full_batch_that_left_nothing_rings_no_more(shop: Shop, rung: Rung) -> None:
    order_id, commands = back_and_forth(shop, 2)
    run([order_id])
    assert states(commands) == ["applied", "applied"]
    assert rung() is None


def test_those_who_are_helped_do_not_take_the_place_of_what_was_rung_for(shop: Shop, rung: Rung) -> None:
    _, older = back_and_forth(shop, 3)
    order_id, commands = back_and_forth(shop, 1)
    run([order_id])
    assert states(commands) == ["applied"]
    assert rung() is None
    assert states(older) == ["applied", "pending", "pending"]


def test_what_a_parked_command_blocks_does_not_keep_others_waiting(
    shop: Shop, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocked ones fill the batch once, for they are marked there."""
    blocked, (parked, *later) = back_and_forth(shop, 4)
    with monkeypatch.context() as patch:
        poison(patch, {parked})
        run([blocked])
    assert state(parked) == "parked"
    cursor().execute("UPDATE orders_command SET blocked_by_id = NULL")
    order_id, commands = back_and_forth(shop, 1)
    run([blocked, order_id])
    assert set(Command.objects.filter(id__in=later).values_list("state", "blocked_by")) >= {("pending", parked)}
    while ring := rung():
        run(ring)
    assert states([*commands, *later]) == ["applied", "pending", "pending", "pending"]

"""Nobody rings while a ring waits: so whoever took one, and left something that is pending, rings for it."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import redis
from celery import Task
from pytest_django.fixtures import Settings

from base.sql.sets import cursor
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.journal.core.batch import OrderSubject
from orders.journal.db.attempts import begin as attempt
from orders.journal.db.save import save
from orders.journal.ring import QUEUE
from orders.models import Command
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from tests.support.network.threads import Gate, begin
from tests.support.shop.poison import poison
from tests.support.shop.rung import Name, run, run_drawer
from tests.support.shop.shop import Shop, open_shop, state, states
from workers import execute
from workers import run as ring
from workers.tasks import answer_ring

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


def test_a_ring_for_many_lets_a_till_in_between_that_sent_one_sale(shop: Shop, rung: Rung) -> None:
    many = [shop.sale() for _ in range(8)]
    key = create_terminal(store_id=shop.store_id, name="the other till", role=Role.POS)
    caller = caller_by_key(key_hash(key))
    assert caller
    _, single = Shop(caller).sale()
    run([order_id for order_id, _ in many])
    settled = Command.objects.order_by("settled_at", "seq").values_list("id", flat=True)
    assert single in list(settled)[:4]
    assert states([single, *(id_ for _, id_ in many)]) == ["applied"] * 9


class Redelivered(Task):
    """A task whose message comes again, since whoever had it died."""

    request = SimpleNamespace(delivery_info={"redelivered": True}, retries=0)


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


def test_a_suspect_is_left_to_its_own_ring_and_the_sweeper(shop: Shop, rung: Rung) -> None:
    """One that is never settled would be rung for without end."""
    (suspect, failed), (order_id, command_id) = [shop.sale(("POSTAGE", 1)) for _ in range(2)]
    attempt(OrderSubject(suspect))
    run([suspect, order_id])
    assert states([failed, command_id]) == ["applied", "applied"]
    assert rung() is None


def test_those_who_are_helped_do_not_take_the_place_of_what_was_rung_for(shop: Shop, rung: Rung) -> None:
    _, older = back_and_forth(shop, 3)
    order_id, commands = back_and_forth(shop, 1)
    run([order_id])
    assert states(commands) == ["applied"]
    assert states(older) == ["applied", "pending", "pending"]
    while ring := rung():
        run(ring)
    assert states(older) == ["applied"] * 3


def test_those_who_have_not_rung_are_all_settled_by_the_ring_that_waited(shop: Shop, rung: Rung) -> None:
    sales = [shop.sale(("POSTAGE", 1)) for _ in range(7)]
    (order_id, _), *_ = sales
    run([order_id])
    assert states([id_ for _, id_ in sales]).count("applied") == 2
    while (ring := rung()) is not None:
        run(ring)
    assert states([id_ for _, id_ in sales]) == ["applied"] * 7


def test_a_ring_that_names_as_many_as_a_batch_takes_helps_others_too(shop: Shop, rung: Rung) -> None:
    named = [shop.sale(("POSTAGE", 1)) for _ in range(2)]
    run([order_id for order_id, _ in named])
    _, late = shop.sale(("POSTAGE", 1))
    run([order_id for order_id, _ in named])
    assert state(late) == "applied"
    assert rung() is None


def test_what_was_named_and_found_no_room_is_rung_for_by_its_name(shop: Shop, rung: Rung) -> None:
    """Also if it is helped before that ring is taken."""
    order_id, commands = back_and_forth(shop, 2)
    other_order, other = back_and_forth(shop, 1)
    run([order_id, other_order])
    assert states([*commands, *other]) == ["applied"] * 3
    assert rung() == [other_order]


def test_a_ring_for_a_drawer_helps_others_too(shop: Shop, rung: Rung) -> None:
    _, sale = shop.sale(("POSTAGE", 1))
    run_drawer(shop.caller.terminal_id)
    assert state(sale) == "applied"
    assert rung() is None


@pytest.mark.parametrize("whose", ["an order", "a store"])
def test_what_comes_in_while_its_order_is_held_and_passed_over_is_rung_for(
    shop: Shop, rung: Rung, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    """Another worker takes the ring that waited, and passes over what is held."""
    order_id = shop.order(("TEA-80", 1))
    subject: Name = order_id if whose == "an order" else shop.store_id

    def submit(turn: int) -> UUID:
        if whose == "a store":
            return shop.receive("TEA-80", 1)
        return shop.submit((Kind.RESERVE, Kind.RELEASE)[turn], order_id)

    first, gate = submit(0), Gate()
    monkeypatch.setattr(execute, "save", gate.after(save))
    holding = begin(lambda: run([subject]))
    gate.wait_reached()
    second = submit(1)
    run([])
    assert (states([first, second]), rung()) == (["pending"] * 2, None)
    gate.open()
    assert holding.result(10) == []
    assert states([first, second]) == ["applied", "pending"]
    assert rung() == [subject]


def test_whoever_relied_on_a_message_that_comes_again_is_rung_for(shop: Shop, rung: Rung) -> None:
    """What it names is run alone: it may have killed its worker."""
    order_id, named = shop.sale(("POSTAGE", 1))
    _, other = shop.sale(("POSTAGE", 1))
    answer_ring(Redelivered(), [OrderSubject(order_id)])
    assert states([named, other]) == ["applied", "pending"]
    assert rung() == []
    answer_ring(Redelivered(), [OrderSubject(order_id)])
    run([])
    assert (state(other), rung()) == ("applied", [])


def test_a_batch_that_settles_nothing_rings_for_nobody(shop: Shop, rung: Rung) -> None:
    """They wait for a drawer: ringing for them again and again would bring nothing."""
    shop.set(require_drawer=True)
    shop.submit(Kind.DRAWER_OPEN, drawer_id=shop.caller.terminal_id, float_minor=0)
    for _ in range(3):
        shop.sale(("POSTAGE", 1))
    run([])
    assert rung() is None


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


def test_after_a_ring_that_was_for_several_the_next_one_lingers(
    shop: Shop, rung: Rung, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(ring, "rush", ring.Rush(pauses.append))
    one, other, last = (shop.order(("TEA-80", 1)) for _ in range(3))
    for order_id in (one, other, last):
        shop.submit(Kind.RESERVE, order_id)
    run([one, other])
    assert pauses == []
    run([last])
    assert pauses == [ring.LINGER_S]
    run([last])
    assert pauses == [ring.LINGER_S]

"""A worker that is older than who accepted a command leaves it alone, in its place, and settles all else."""

from typing import TypeAlias
from uuid import UUID

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from orders.commands.core.machine import Kind
from orders.journal.core.batch import DrawerSubject, OrderSubject
from orders.journal.db.newer import FIELDS
from orders.models import Command
from tests.support.shop.rung import run, run_drawer
from tests.support.shop.shop import Shop, open_shop, states
from workers.isolate import isolate
from workers.sweep import sweep

NewerPay: TypeAlias = tuple[Shop, UUID, list[UUID]]
CARD = [{"method": "card", "amount_minor": 250}]


@pytest.fixture
def newer_pay(own_database: str) -> NewerPay:
    """(shop, order, [a pay that says more than is known, a cancel after it])"""
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    pay = shop.submit(Kind.PAY, order_id, tenders=CARD, gift_note="for Ada")
    return shop, order_id, [pay, shop.submit(Kind.CANCEL, order_id)]


def rest(commands: list[UUID]) -> list[tuple[str, int, str]]:
    return list(Command.objects.filter(id__in=commands).order_by("seq").values_list("state", "attempts", "last_error"))


def test_it_stays_pending_with_what_follows_it_and_others_are_settled(newer_pay: NewerPay) -> None:
    shop, order_id, commands = newer_pay
    other_id, other = shop.sale()
    assert run([order_id, other_id]) == []
    assert states([*commands, other]) == ["pending", "pending", "applied"]
    assert isolate([OrderSubject(order_id)]) == []
    assert rest(commands) == [("pending", 0, "")] * 2


def test_the_newer_worker_carries_it_out_and_then_what_waited(
    newer_pay: NewerPay, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, order_id, commands = newer_pay
    run([order_id])
    monkeypatch.setitem(FIELDS, Kind.PAY, FIELDS[Kind.PAY] | {"gift_note"})
    assert run([order_id]) == []
    assert states(commands) == ["applied", "applied"]


def test_many_of_them_are_not_rung_for_without_end(own_database: str, settings: Settings) -> None:
    """A full batch of what is left alone is no reason to ring for more."""
    settings.COMMAND_BATCH_MAX = 2
    shop = open_shop()
    orders = [shop.order(("TEA-80", 1)) for _ in range(4)]
    commands = [shop.submit(Kind.PAY, order_id, tenders=CARD, gift_note="for Ada") for order_id in orders]
    other_id, other = shop.sale()
    assert run([*orders, other_id]) == []
    assert states([*commands, other]) == ["pending"] * 4 + ["applied"]


def test_of_a_drawer_as_well(own_database: str) -> None:
    shop = open_shop()
    till = shop.caller.terminal_id
    opened = shop.submit(Kind.DRAWER_OPEN, drawer_id=till, float_minor=100, cashier="ada", opened_with="a key")
    assert run_drawer(till) == []
    assert isolate([DrawerSubject(till)]) == []
    assert rest([opened]) == [("pending", 0, "")]


def test_a_kind_that_is_not_known_is_swept_like_any_other(own_database: str) -> None:
    shop = open_shop()
    order_id = shop.order(("TEA-80", 1))
    command = shop.submit(Kind.PAY, order_id, tenders=CARD)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'orders_command'::regclass AND contype = 'c'"
            " AND pg_get_constraintdef(oid) LIKE '%kind%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE orders_command DROP CONSTRAINT "{name}"')
        cursor.execute("ALTER TABLE orders_command DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE orders_command SET kind = 'exchange', ring_at = now() - interval '1 s' WHERE id = %s", [command]
        )
    assert sweep() == 1
    assert run([order_id]) == []
    assert states([command]) == ["pending"]

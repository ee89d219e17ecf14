"""What a worker says of the commands that it settled is what their rows say, to the byte."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import psycopg
import pytest
from pydantic_core import to_json

from orders.commands.core.machine import Kind
from orders.journal.db.reads.commands import commands_by_id, pending, settled
from tests.faults.test_crash_points import COMMANDS, SHELF
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import Shop, open_shop, state


@pytest.fixture
def shop(own_database: str) -> Shop:
    return open_shop(shelf=SHELF, stockroom={"TEA-80": 1_000})


def said_and_read(shop: Shop, order_id: UUID | None, command_id: UUID) -> tuple[bytes, bytes]:
    """The command as an answer has it, both ways."""
    executed = execute([order_id or shop.store_id])
    (read,) = commands_by_id(shop.store_id, [command_id]).values()
    stored: dict[str, Any] = pending({**read, "blocked_by": None})
    return to_json(settled(stored, executed.said[command_id])), to_json(read)


def test_of_every_kind_of_command_what_is_said_is_what_is_read(shop: Shop) -> None:
    for kind, prepare in COMMANDS.items():
        order_id, command_id = prepare(shop)
        said, read = said_and_read(shop, order_id, command_id)
        assert said == read, kind
        assert state(command_id) == "applied", kind


def test_of_a_refusal_what_is_said_is_what_is_read(shop: Shop) -> None:
    holding = shop.order(("MUG-RED", 9), fulfilment="shipment")
    held = shop.submit(Kind.RESERVE, holding)
    execute([holding])
    order_id = shop.order(("MUG-RED", 5), ("RARE", 1))
    command_id = shop.submit(Kind.RESERVE, order_id)
    said, read = said_and_read(shop, order_id, command_id)
    assert said == read
    assert (state(held), state(command_id)) == ("applied", "stock_insufficient")
    assert b"held_by" in read


def test_what_is_said_is_committed(shop: Shop, own_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hears it need not look, and is not told of what may yet be undone."""
    order_id, command_id = shop.sale(("POSTAGE", 1))
    heard: list[object] = []

    def look(_: Collection[UUID], said: Mapping[UUID, bytes]) -> None:
        with psycopg.connect(own_database) as other:
            sql = "SELECT id, state FROM orders_command WHERE id = ANY(%s)"
            heard.extend(other.execute(sql, [list(said)]).fetchall())

    monkeypatch.setattr("workers.run.announce", look)
    run([order_id])
    assert heard == [(command_id, "succeeded")]

"""An order is read as it is at one instant, whatever becomes of it meanwhile."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from orders.commands.core.machine import Kind, Status
from orders.commands.core.order import Line
from orders.sales.api import orders as api
from orders.sales.db import orders as reading
from orders.sales.db import state
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.rung import run
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


def by_id(shop: Shop, order_id: Any) -> Any:
    return reading.order_by_id(shop.store_id, order_id)


def listed(shop: Shop, _: Any) -> Any:
    request: Any = SimpleNamespace(auth=shop.caller)
    return json.loads(api.list_orders(request, api.OrdersIn()).content)["items"][0]


@pytest.mark.parametrize("read", [by_id, listed])
def test_what_is_paid_while_it_is_read_is_read_as_it_was(
    read: Callable[[Shop, Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, gate = open_shop(), Gate()
    order_id, _ = shop.sale()
    with_lines = gate.before(reading.with_lines)
    monkeypatch.setattr(reading, "with_lines", with_lines)
    monkeypatch.setattr(api, "with_lines", with_lines)
    reader = begin(lambda: read(shop, order_id))
    gate.wait_reached()
    assert run([order_id]) == []
    gate.open()
    seen = reader.result(PATIENCE_S)
    assert (seen["status"], seen["paid_minor"]) == ("draft", 0)
    assert [line["shipped_quantity"] for line in seen["lines"]] == [0]
    assert seen["payments"] == []
    assert by_id(shop, order_id)["status"] == "paid"


def test_what_is_held_while_it_is_looked_at_is_seen_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    shop, gate = open_shop(), Gate()
    order_id = shop.order(("TEA-80", 1))
    monkeypatch.setattr(state, "Line", gate.before(Line))
    looker = begin(lambda: state.state_of(shop.store_id, order_id))
    gate.wait_reached()
    shop.submit(Kind.RESERVE, order_id)
    assert run([order_id]) == []
    gate.open()
    seen = looker.result(PATIENCE_S)
    assert seen
    assert (seen.status, seen.holds) == (Status.DRAFT, ())
    after = state.state_of(shop.store_id, order_id)
    assert after
    assert (after.status, len(after.holds)) == (Status.PROCESSING, 1)

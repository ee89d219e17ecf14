"""A dry run that is held open in the middle: it holds up nobody, and all that it sees is of one instant."""

from concurrent.futures import Future
from typing import Any
from uuid import UUID

import pytest

from base.sql import glance
from base.sql.sets import cursor
from orders.commands.core.roles import Role
from orders.journal.db import claim as attempts
from orders.journal.db import rehearse
from orders.models import Command, Order
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.samples.all_kinds import FEW, every_kind, with_keys
from tests.support.shop.chain import Chain, open_chain
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

pytestmark = pytest.mark.usefixtures("own_database")

_LOCKS = """
    SELECT DISTINCT locktype, mode FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
_XIDS = """
    SELECT backend_xid::text FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'
"""
ALL = 10
"""As many teas as the shop has."""


@pytest.fixture
def chain() -> Chain:
    return open_chain()


@pytest.fixture
def till(chain: Chain) -> Till:
    return chain.tills[Role.BACKOFFICE]


def held_before(step: str, monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(glance, "GLANCE_MAX_S", PATIENCE_S * 2)
    monkeypatch.setattr(rehearse, step, gate.before(getattr(rehearse, step)))
    return gate


def begun(till: Till, items: list[dict[str, Any]], gate: Gate) -> "Future[Answer]":
    running = begin(lambda: till.post("/commands?dry_run=true", items))
    gate.wait_reached()
    return running


def codes(running: "Future[Answer]") -> list[str]:
    answer = running.result(PATIENCE_S * 2)
    assert answer.status == 200, answer
    return [item["outcome"]["code"] for item in answer.body["items"]]


def rows(sql: str) -> set[Any]:
    return set(cursor().execute(sql.encode()))


def pay(order_id: UUID) -> dict[str, Any]:
    tenders = [{"method": "card", "amount_minor": ALL * PRICE_MINOR}]
    return {"kind": "pay", "order_id": str(order_id), "body": {"tenders": tenders}}


def test_nothing_of_it_is_locked_or_counted(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = held_before("explain", monkeypatch)
    running = begun(till, with_keys(every_kind(str(till.sell(("TEA-80", FEW))))), gate)
    assert rows(_LOCKS) == {("relation", "AccessShareLock"), ("virtualxid", "ExclusiveLock")}
    assert rows(_XIDS) == {(None,)}
    gate.open()
    assert "applied" in codes(running)


def test_the_same_commands_are_carried_out_meanwhile(chain: Chain, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same orders, levels, keys and ids."""
    items = with_keys(every_kind(str(till.sell(("TEA-80", FEW)))))
    gate = held_before("explain", monkeypatch)
    running = begun(till, items, gate)
    assert till.post("/commands", items).status == 202
    execute([*Order.objects.values_list("id", flat=True), chain.shop.store_id], lock_timeout_ms=1)
    assert not running.done()
    gate.open()
    told = codes(running)
    assert [till.get(f"/commands?key={item['key']}").body["outcome"]["code"] for item in items] == told


@pytest.mark.parametrize("step", ["look_at", "load_unlocked"])
def test_it_sees_one_instant(till: Till, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """That in which it was planned: somebody else buys all there is in the middle of it."""
    mine, others = till.sell(("TEA-80", ALL)), till.sell(("TEA-80", ALL))
    items = with_keys([pay(mine)])
    gate = held_before(step, monkeypatch)
    running = begun(till, items, gate)
    till.post("/commands", with_keys([pay(others)]))
    execute([others])
    assert Order.objects.get(id=others).status == "paid"
    gate.open()
    assert codes(running) == ["applied"]
    assert codes(begin(lambda: till.post("/commands?dry_run=true", items))) == ["stock_insufficient"]


def test_what_never_comes_to_rest_is_late(chain: Chain, till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    held = till.sell(("TEA-80", ALL))
    till.post(f"/orders/{held}/reserve", key="hold")
    execute([held])
    count = {"items": [{"sku": "TEA-80", "quantity": 1}], "shortage": "release"}
    items = with_keys([{"kind": "count", "body": count}])
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "ATTEMPTS_MAX", 1)
        late = till.post("/commands?dry_run=true", items)
    assert (late.status, late.code) == (503, "dry_run_timeout")
    assert till.post("/commands?dry_run=true", items).body["items"][0]["outcome"]["code"] == "applied"
    assert chain.shop.level("TEA-80") == (ALL, ALL)


def test_behind_too_much_nobody_looks_ahead(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even as if what comes first was not there."""
    monkeypatch.setattr(rehearse, "COMMANDS_MAX", 2)
    order_id = till.sell(("TEA-80", ALL))
    items = with_keys([pay(order_id)])
    for key, told in (("1", "applied"), ("2", None)):
        till.post(f"/orders/{order_id}/reserve", key=key)
        (answer,) = till.post("/commands?dry_run=true", items).body["items"]
        assert (answer["outcome"] and answer["outcome"]["code"]) == told


def test_time_may_be_over_between_its_statements(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "GLANCE_MAX_S", 0.0)
    late = till.post("/commands?dry_run=true", with_keys([pay(till.sell(("TEA-80", ALL)))]))
    assert (late.status, late.code, late.headers["Retry-After"]) == (503, "dry_run_timeout", "1")
    assert not Command.objects.exists()
    monkeypatch.undo()
    assert cursor().execute("SELECT current_setting('transaction_read_only')").fetchone() == ("off",)

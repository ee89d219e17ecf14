"""Where somebody listens, a collector is told the whole way of a command: the call, the row, the batch, accounting."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from base.tracing import listener
from base.worker_name import worker_name
from orders.accounting.outside.relay import relay_outbox
from project.env import PROJECT_FOLDER
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.collector import PLAINLY, Collector, attributes, collecting
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

LOCK = PROJECT_FOLDER / "requirements" / "tracing.txt"
HOME = PROJECT_FOLDER / ".ringup" / "tracing"
OF_A_TILL = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def told() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def spans(told: Collector, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv(*PLAINLY)
    spans = import_module("project.traces").told_to(told.url)
    monkeypatch.setattr(listener, "traces", spans)
    settings.MIDDLEWARE = ["project.traces.calls", *settings.MIDDLEWARE]
    return spans


def test_the_way_of_a_pay_is_one_trace(pos: Till, spans: Any, told: Collector) -> None:
    pos.client.handler.load_middleware()
    order_id = pos.sell(("TEA-80", 1))
    body = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}
    parent = f"00-{OF_A_TILL}-b7ad6b7169203331-01"
    command_id = UUID(pos.post(f"/orders/{order_id}/pay", body, key="k1", traceparent=parent).body["id"])
    execute([order_id])
    relay_outbox(PaperBooks())
    spans.flush()

    found = told.spans(command_id)
    by_name = {span.name: span for span in found}
    assert set(by_name) == {"POST", "store", "wait for a worker", "settle", "pay", "ask: relay"}
    way = by_name["pay"]
    assert way.parent_span_id == b""
    assert {span.parent_span_id for span in found if span is not way} == {way.span_id}
    assert [link.trace_id.hex() for link in by_name["POST"].links] == [OF_A_TILL]
    assert attributes(way)["ringup.order"] == str(order_id)
    assert attributes(way)["ringup.outcome"] == "applied"
    assert attributes(by_name["settle"])["ringup.worker"] == worker_name(os.getpid())
    assert way.start_time_unix_nano == by_name["wait for a worker"].start_time_unix_nano
    assert way.end_time_unix_nano == by_name["settle"].end_time_unix_nano
    assert by_name["POST"].start_time_unix_nano <= by_name["store"].start_time_unix_nano


def test_nobody_listens_unless_a_shop_says_so(settings: Settings) -> None:
    assert listener.traces is None
    assert "project.traces.calls" not in settings.MIDDLEWARE


def test_a_shop_that_has_not_installed_what_tells_is_told_so_in_one_line() -> None:
    environ = {**os.environ, "TRACES_URL": "http://127.0.0.1:1/v1/traces", "PYTHONPATH": str(PROJECT_FOLDER)}
    ended = subprocess.run(
        [sys.executable, "-c", "import project.settings"], env=environ, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "requirements/tracing.txt" in ended.stderr

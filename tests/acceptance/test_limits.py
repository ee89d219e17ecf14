"""How fast a terminal may call: 429 with Retry-After beyond that, for this terminal alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from orders.api import rate_limit
from orders.models import Command
from tests.support.shop import PRICE_MINOR
from tests.support.till import Till


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """A terminal may call twice a second, and four times at once."""
    settings.TERMINAL_REQUESTS_PER_S, settings.TERMINAL_REQUESTS_AT_ONCE = 2, 4
    clock = Clock()
    monkeypatch.setattr(rate_limit, "monotonic", clock)
    rate_limit.buckets.cache_clear()
    yield clock
    rate_limit.buckets.cache_clear()


def statuses(till: Till, calls: int) -> list[int]:
    return [till.get("/terminals/me").status for _ in range(calls)]


def test_a_terminal_that_calls_too_fast_is_told_when_to_come_back(pos: Till, clock: Clock) -> None:
    assert statuses(pos, 4) == [200] * 4
    refused = pos.get("/terminals/me")
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "1"
    clock.now += 1
    assert statuses(pos, 3) == [200, 200, 429]
    clock.now += 3600
    assert statuses(pos, 5) == [200] * 4 + [429]


def test_each_terminal_has_its_own_limit(pos: Till, supervisor: Till, clock: Clock) -> None:
    statuses(pos, 5)
    assert statuses(supervisor, 1) == [200]


def test_whoever_is_refused_changes_nothing(pos: Till, clock: Clock) -> None:
    order_id = pos.sell()
    statuses(pos, 3)
    refused = pos.post(f"/orders/{order_id}/cancel", key="k1")
    assert refused.status == 429
    assert not Command.objects.exists()


def sale(key: str) -> dict[str, Any]:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    tenders = [{"method": "card", "amount_minor": PRICE_MINOR}]
    return {"key": key, "kind": "pay", "order": order, "body": {"tenders": tenders}}


def test_ten_commands_in_one_request_count_as_one_more(pos: Till, clock: Clock) -> None:
    assert pos.post("/commands", [sale(str(n)) for n in range(60)]).status == 202
    refused = pos.get("/terminals/me")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "2")
    clock.now += 2
    assert statuses(pos, 2) == [200, 429]


def test_without_a_limit_nobody_waits(pos: Till, clock: Clock, settings: Settings) -> None:
    settings.TERMINAL_REQUESTS_PER_S = 0
    assert statuses(pos, 50) == [200] * 50

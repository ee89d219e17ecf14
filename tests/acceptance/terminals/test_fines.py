"""Who goes on calling, told to come back, loses what he may, over all web processes."""

from collections.abc import Iterator

import pytest
import redis
from pytest_django.fixtures import Settings

from orders.terminals.api import limits
from tests.support.http.web_process import Clock, WebProcess
from tests.support.shop.till import Till

PER_S, WINDOW_S, FINE = 19, 60, 17
"""A window that is longer than the test: the broker goes by the real time."""


class Web:
    """A terminal's calls at two processes that have a broker in common, at one after the other."""

    def __init__(self, till: Till, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
        self._till, self._broker, self._monkeypatch = till, broker, monkeypatch
        self.one, self.other = WebProcess(), WebProcess()
        WebProcess().answers(monkeypatch)
        self._id = int(till.get("/terminals/me").body["id"])

    def statuses(self, at: WebProcess, calls: int = 1) -> list[int]:
        at.answers(self._monkeypatch)
        return [self._till.get("/terminals/me").status for _ in range(calls)]

    def leave(self, calls: int) -> None:
        """The window begins, and at the other one all but so many calls' worth is taken."""
        self._broker.flushdb()
        self.other.answers(self._monkeypatch)
        most = PER_S * WINDOW_S // limits.DEAREST
        for tokens in (most, most - calls):
            limits.count_items(self._id, tokens * limits.ITEMS_PER_TOKEN)


@pytest.fixture
def web(pos: Till, settings: Settings, fresh_broker: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """At one it has gone on calling until it might come back."""
    settings.TERMINAL_REQUESTS_PER_S, settings.BROKER_URL = PER_S, fresh_broker
    monkeypatch.setattr(limits, "WINDOW_S", WINDOW_S)
    monkeypatch.setattr(limits, "monotonic", clock := Clock())
    with redis.Redis.from_url(fresh_broker) as broker:
        web = Web(pos, broker, monkeypatch)
        web.leave(0)
        assert web.statuses(web.one, PER_S + 2) == [429] * (PER_S + 2)
        clock.now += limits.RETRY_AFTER_S
        yield web


def test_what_is_lost_at_one_is_lost_at_all(web: Web) -> None:
    web.leave(40)
    assert web.statuses(web.one) == [200]
    left = 40 - FINE - limits.PORTION
    assert web.statuses(web.other, left + 1) == [200] * left + [429]


def test_what_was_taken_at_another_leaves_no_room_to_lose(web: Web) -> None:
    web.leave(FINE - 1)
    assert web.statuses(web.one) == [429]
    assert web.statuses(web.other, FINE) == [200] * (FINE - 1) + [429]

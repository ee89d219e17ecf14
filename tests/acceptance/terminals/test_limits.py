"""How fast a terminal may call: 429 with Retry-After beyond that, for this terminal alone, over all web processes."""

from typing import Any

import pytest
import redis
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from base.http import counting
from base.http.address import address_of
from orders.models import Command
from orders.terminals.api import limits
from project.api import api
from tests.support.http.web_process import Clock, WebProcess
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def clock(settings: Settings, monkeypatch: pytest.MonkeyPatch, fresh_broker: str) -> Clock:
    """A terminal may call five times a second, which is fifty times in ten seconds; this process knows of no call."""
    settings.TERMINAL_REQUESTS_PER_S, settings.BROKER_URL = 5, fresh_broker
    monkeypatch.setattr(limits, "monotonic", clock := Clock())
    monkeypatch.setattr(limits, "WINDOW_S", 10)  # the broker goes by the real time, and the machine may be slow
    forget(monkeypatch)
    return clock


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a web process that has just begun."""
    WebProcess().answers(monkeypatch)


def statuses(till: Till, calls: int) -> list[int]:
    return [till.get("/terminals/me").status for _ in range(calls)]


def test_a_terminal_that_calls_too_fast_is_told_to_come_back(pos: Till, clock: Clock) -> None:
    assert statuses(pos, 50) == [200] * 50
    refused = pos.get("/terminals/me")
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert refused.headers["Retry-After"] == "1"


IN_CHUNKS = {"Transfer-Encoding": "chunked"}


def test_a_body_in_chunks_counts_as_what_it_was(pos: Till, clock: Clock) -> None:
    """It says no length, but was read before anybody is counted."""
    taken = [pos.call("POST", "/commands/lookup", {"keys": ["sale-1"]}, **IN_CHUNKS).status for _ in range(50)]
    assert taken == [200] * 50
    assert pos.call("POST", "/commands/lookup", {"keys": ["sale-1"]}, **IN_CHUNKS).status == 429


def test_a_file_in_chunks_counts_as_a_large_one(backoffice: Till, clock: Clock) -> None:
    """It is read as its call needs it: a few are taken at once."""
    given = {**IN_CHUNKS, "Content-Type": "text/csv"}
    taken = [backoffice.call("POST", "/products/import", b"sku,name\nTEA-80,Tea\n", **given).status for _ in range(3)]
    assert taken == [200, 200, 429]


def test_a_large_file_comes_through_beside_other_calls(backoffice: Till, clock: Clock) -> None:
    """It costs more than there is in ten seconds."""
    assert statuses(backoffice, 20) == [200] * 20
    content = b"sku,name\nTEA-80,Tea\n" + b"\n" * 60 * limits.BYTES_PER_TOKEN
    taken = [backoffice.call("POST", "/products/import", content, **{"Content-Type": "text/csv"}) for _ in range(2)]
    assert [one.status for one in taken] == [200, 429]


def test_after_a_pause_it_may_call_again(pos: Till, clock: Clock, settings: Settings) -> None:
    statuses(pos, 51)
    with redis.Redis.from_url(settings.BROKER_URL) as broker:
        broker.flushdb()  # the window is over: its counts lapse on the broker
    assert statuses(pos, 1) == [429], "it was told to come back in a second"
    clock.now += limits.RETRY_AFTER_S
    assert statuses(pos, 1) == [200]


def test_calls_are_counted_over_all_web_processes(pos: Till, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses(pos, 30)
    forget(monkeypatch)
    assert statuses(pos, 21) == [200] * 20 + [429]


def test_whoever_goes_on_calling_costs_no_statement_and_the_broker_nothing(
    pos: Till,
    clock: Clock,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert 429 in [pos.post("/commands", []).status for _ in range(60)]
    monkeypatch.setattr(limits, "counts", lambda: pytest.fail("the broker was asked"))
    with django_assert_num_queries(0):
        assert [pos.post("/commands", []).status for _ in range(5)] == [429] * 5


@pytest.mark.parametrize("path", ["/terminals/me", "/changes"])
def test_whoever_goes_on_calling_is_turned_away_before_anything_is_looked_at(
    pos: Till,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
) -> None:
    """Whatever he calls: it takes a fraction of what a sale does."""
    statuses(pos, 51)
    monkeypatch.setattr(api, "resolve", lambda path: pytest.fail(f"{path} was looked at"))
    with django_assert_num_queries(0):
        refused = pos.get(path)
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "too_many_requests", "1")


def test_whoever_goes_on_calling_is_told_of_in_the_log_once_a_minute(
    pos: Till, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Each refusal is counted, and would fill the disk."""
    statuses(pos, 50)
    for _ in range(10):
        assert statuses(pos, 10) == [429] * 10
        clock.now += limits.RETRY_AFTER_S
    assert caplog.text.count("calls too often") == 1
    assert not [one for one in caplog.records if one.name == "django.request"]
    clock.now += limits.TOLD_AGAIN_AFTER_S
    statuses(pos, 60)
    assert caplog.text.count("calls too often") == 2


def test_each_terminal_has_its_own_limit(pos: Till, supervisor: Till, clock: Clock) -> None:
    statuses(pos, 51)
    assert statuses(supervisor, 1) == [200]


def test_whoever_is_refused_changes_nothing(pos: Till, clock: Clock) -> None:
    order_id = pos.sell()
    statuses(pos, 49)
    refused = pos.post(f"/orders/{order_id}/cancel", key="k1")
    assert refused.status == 429
    assert not Command.objects.exists()


def sale(key: str) -> dict[str, Any]:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    tenders = [{"method": "card", "amount_minor": PRICE_MINOR}]
    return {"key": key, "kind": "pay", "order": order, "body": {"tenders": tenders}}


def test_ten_commands_in_one_request_count_as_one_more(pos: Till, clock: Clock) -> None:
    bulk = [sale(str(n)) for n in range(100)]
    bytes_of_it = len(str(bulk).replace("'", '"').replace(" ", ""))
    answer = pos.post("/commands", bulk)
    assert answer.status == 202
    told = int(answer.headers["Content-Length"]) // limits.ANSWER_BYTES_PER_TOKEN
    left = 50 - 1 - 10 - bytes_of_it // limits.BYTES_PER_TOKEN - told
    assert statuses(pos, left + 1) == [200] * left + [429]


def test_a_long_body_counts_as_many_calls(pos: Till, clock: Clock) -> None:
    lines = [{"sku": "TEA-80", "quantity": 1}] * 3_000
    created = pos.post("/orders", {"currency": "GBP", "fulfilment": "immediate", "lines": lines})
    assert created.status in (201, 422)
    assert 429 in statuses(pos, 40)


def test_a_long_answer_counts_as_many_calls(pos: Till, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given. Who has had too many is refused what he asks next, whatever that is."""
    length = int(pos.get("/products").headers["Content-Length"])
    monkeypatch.setattr(limits, "ANSWER_BYTES_PER_TOKEN", length // 15)
    assert [pos.get("/products").status for _ in range(3)] == [200] * 3
    assert statuses(pos, 1) == [429]
    clock.now += limits.RETRY_AFTER_S
    assert statuses(pos, 1) == [200]


def test_without_a_limit_nobody_waits(pos: Till, clock: Clock, settings: Settings) -> None:
    settings.TERMINAL_REQUESTS_PER_S = 0
    assert statuses(pos, 60) == [200] * 60


def test_without_a_broker_all_may_pass(
    pos: Till, clock: Clock, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BROKER_URL = NOWHERE
    counting._counts.cache_clear()
    assert statuses(pos, 60) == [200] * 60
    assert "nobody counts" in caplog.text


def guess(key: str, *, address: str = "203.0.113.9") -> int:
    headers = {"Authorization": f"Bearer {key}", "X-Forwarded-For": address}
    return int(Client().get("/api/v1/terminals/me", headers=headers).status_code)


def test_who_guesses_keys_is_paused_and_the_tills_at_its_address_are_not(
    pos: Till, supervisor: Till, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert guess(pos.key) == 200
    assert [guess(f"rk_wrong{n}") for n in range(62)] == [401] * 61 + [429]

    assert guess(pos.key) == 200, "its key was good a moment ago"
    assert guess(supervisor.key) == 429, "nobody has looked at it yet"
    assert guess(supervisor.key, address="203.0.113.10") == 200
    assert "203.0.113.9" in caplog.text
    assert "rk_wrong" not in caplog.text

    clock.now += limits.PAUSE_S
    assert guess(supervisor.key) == 200


def test_calls_without_a_valid_key_are_counted(clock: Clock, db: None) -> None:
    def counted() -> float:
        return float(limits.unauthorized.labels(code="key_invalid")._value.get())

    before = counted()
    guess("rk_wrong")
    assert counted() == before + 1


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.1", "", "203.0.113.1"),
        ("203.0.113.1", "198.51.100.7", "203.0.113.1"),  # no proxy of ours: anybody can write that
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "made-up, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "198.51.100.7, 127.0.0.1", "198.51.100.7"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_address_is_the_last_that_is_no_proxy(peer: str, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == address

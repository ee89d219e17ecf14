"""A terminal that goes on calling after it was told to come back gets no further than the door of a web process."""

import json
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_started
from pytest_django.fixtures import Settings

from base.http.body import BYTES_MAX, Application
from base.http.problems import Problem
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Role
from orders.terminals.api import auth, limits
from orders.terminals.db.reads import key_hash
from project.api.door import turning_away
from project.wsgi import application

KEY = "the key of a till that does not heed what it is told"
TILL = Caller(terminal_id=-1, store_id=-1, name="broken", role=Role.POS, currency="GBP")
LARGEST = b" " * BYTES_MAX
DOOR = turning_away(lambda *_: [])


class Nothing:
    """Counts of which nothing is left."""

    def take(self, *_: object, **how: object) -> bool:
        return False


@pytest.fixture(autouse=True)
def now(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The till has just been told to come back, whatever it brings."""
    now = [1000.0]
    settings.TERMINAL_REQUESTS_PER_S = 5
    monkeypatch.setattr(limits, "monotonic", lambda: now[0])
    monkeypatch.setattr(limits, "counts", Nothing)
    auth.remember(key_hash(KEY), TILL)
    for brought in (b"", LARGEST):
        with pytest.raises(Problem, match="too_many_requests"):
            limits.admit(TILL.terminal_id, body_bytes=len(brought))
    return now


def called(body: bytes = b"", door: Application = DOOR, /, **further: str) -> tuple[list[Any], int]:
    """What the door answers, nothing where it lets the call through; and how much of the body it took in."""
    answered: list[Any] = []
    sent = BytesIO(body)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/commands",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"Bearer {KEY}",
        "wsgi.input": sent,
        **further,
    }
    answered += door(environ, lambda *head: answered.append(head))
    return answered, sent.tell()


@pytest.mark.parametrize("body", [b"", b"[]", LARGEST])
def test_it_is_told_again_and_its_body_taken_in(body: bytes) -> None:
    ((status, headers), content), taken_in = called(body)
    assert (status, json.loads(content)["code"]) == ("429 Too Many Requests", "too_many_requests")
    assert dict(headers) | {"Retry-After": "1", "X-Content-Type-Options": "nosniff"} == dict(headers)
    assert int(dict(headers)["Content-Length"]) == len(content)
    assert taken_in == len(body)


def test_a_list_that_it_asks_for_is_refused_as_well() -> None:
    assert called(REQUEST_METHOD="GET", CONTENT_LENGTH="")[0]


def test_a_body_that_breaks_off_is_not_waited_for() -> None:
    answered, _ = called(b"[", CONTENT_LENGTH="1000")
    assert answered


@pytest.mark.parametrize(
    "further",
    [
        {"HTTP_AUTHORIZATION": "Bearer another"},
        {"PATH_INFO": "/health"},
        {"PATH_INFO": "/api/v1/products/import"},
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"CONTENT_LENGTH": str(BYTES_MAX + 1)},
        {"CONTENT_LENGTH": ""},
    ],
)
def test_what_is_nobody_elses_comes_through_unread(further: dict[str, str]) -> None:
    """Others, and what has its own ways of being refused."""
    assert called(b"[]", **further) == ([], 0)


def test_once_it_has_waited_it_comes_through(now: list[float]) -> None:
    now[0] += limits.RETRY_AFTER_S
    assert called(b"[]") == ([], 0)


def test_it_is_before_the_web_servers_application() -> None:
    heard: list[object] = []

    def hear(**_: object) -> None:
        heard.append("Django was asked")

    request_started.connect(hear)
    try:
        ((status, _), _), _ = called(b"", application)
    finally:
        request_started.disconnect(hear)
    assert (status, heard) == ("429 Too Many Requests", [])

"""More than can be done: who is told to come back has changed nothing, and what came before is answered."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from base.line import BURST_MAX, Line
from orders.journal.db import backlog
from orders.models import Command, Order
from project.api import api
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Line:
    """As many calls stand in the line as may."""
    line = Line()
    for _ in range(BURST_MAX):
        assert line.enter()
    monkeypatch.setattr(api, "line", line)
    return line


def told(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.code, answer.headers["Retry-After"]


def test_whoever_finds_no_place_in_the_line_is_told_when_to_come(pos: Till, crowded: Line) -> None:
    new = {"currency": "GBP", "fulfilment": "immediate", "lines": []}
    assert told(pos.post("/orders", new)) == (503, "server_busy", "1")
    assert not Order.objects.exists()
    crowded.leave()
    assert [pos.post("/orders", new).status for _ in range(3)] == [201] * 3, "each leaves its place to the next"


def sale(key: str) -> dict[str, Any]:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    return {"key": key, "kind": "pay", "order": order, "body": CARD}


@pytest.fixture
def full(pos: Till, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One command waits, and no more may."""
    monkeypatch.setattr(backlog, "backlogs", {})
    settings.COMMANDS_PENDING_MAX = 1
    assert pos.post("/commands", [sale("sale-0")]).status == 202


@pytest.mark.usefixtures("full")
def test_while_too_many_commands_wait_no_more_are_stored(pos: Till) -> None:
    order_id = pos.sell()
    assert told(pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1")) == (503, "commands_waiting", "1")
    assert told(pos.post("/commands", [sale("sale-2")])) == (503, "commands_waiting", "1")
    assert Command.objects.count() == 1
    assert Order.objects.count() == 2


@pytest.mark.usefixtures("full")
def test_what_is_stored_already_is_answered_however_many_wait(pos: Till) -> None:
    again = pos.post("/commands", [sale("sale-0")])
    assert (again.status, again.body["items"][0]["status"]) == (202, "replayed")
    assert pos.get("/commands?key=sale-0").status == 200


@pytest.mark.usefixtures("full")
def test_room_is_found_once_they_are_carried_out(pos: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    Command.objects.update(state="succeeded", settled_at="2026-01-01T00:00Z")
    monkeypatch.setattr(backlog, "LOOKS_AGAIN_S", 0)
    assert pos.post("/commands", [sale("sale-1")]).status == 202

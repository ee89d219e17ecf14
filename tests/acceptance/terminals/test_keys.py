"""Terminal keys: shown once, stored hashed, revocable at once, with the time of their last use."""

import hashlib
import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orders.commands.core.roles import Role
from orders.models import Terminal
from tests.support.shop.shop import Shop
from tests.support.shop.till import Till


def make(store: str, name: str, role: str) -> str:
    shown = io.StringIO()
    call_command("create_terminal", store, name, role, stdout=shown)
    return shown.getvalue().strip()


def test_a_new_terminal_is_told_its_key_once(shop: Shop) -> None:
    key = make("corner", "Till 9", "pos")
    terminal = Terminal.objects.get(name="Till 9")
    assert (terminal.store_id, terminal.role) == (shop.store_id, Role.POS)
    stored = terminal.keys.get()
    assert bytes(stored.key_hash) == hashlib.sha256(key.encode()).digest()
    assert stored.hint == key[:8]
    assert len(key) > 40
    assert Till(key).get("/terminals/me").body["name"] == "Till 9"


def test_no_two_keys_are_the_same(shop: Shop) -> None:
    assert make("corner", "Till 8", "pos") != make("corner", "Till 9", "pos")


@pytest.mark.parametrize(
    ("command", "arguments", "complaint"),
    [
        ("create_terminal", ["nowhere", "Till 9", "pos"], "there is no store nowhere"),
        ("create_terminal", ["corner", "the pos", "pos"], "has a terminal the pos already"),
        ("create_terminal", ["corner", "Till 9", "king"], "invalid choice"),
        ("revoke_terminal", ["nowhere", "the pos"], "there is no store nowhere"),
        ("revoke_terminal", ["corner", "Till 9"], "has no terminal Till 9"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_bad_argument_is_one_clear_line(command: str, arguments: list[str], complaint: str, shop: Shop) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command(command, *arguments)


def test_a_revoked_key_is_refused_from_the_next_request_on(pos: Till) -> None:
    assert pos.get("/terminals/me").status == 200
    call_command("revoke_terminal", "corner", "the pos", stdout=io.StringIO())
    refused = pos.get("/terminals/me")
    assert (refused.status, refused.code) == (401, "key_invalid")
    with pytest.raises(CommandError):
        call_command("revoke_terminal", "corner", "the pos")


def test_the_last_use_is_noted_once_a_minute(pos: Till, last_used: Callable[[], datetime | None]) -> None:
    assert last_used() is None
    pos.get("/terminals/me")
    noted = last_used()
    assert noted is not None
    for minutes, is_noted_again in ((0.5, False), (1.5, True)):
        before = timezone.now() - timedelta(minutes=minutes)
        Terminal.objects.filter(name="the pos").update(last_used_at=before)
        pos.get("/terminals/me")
        assert (last_used() != before) is is_noted_again


@pytest.fixture
def last_used() -> Callable[[], datetime | None]:
    return lambda: Terminal.objects.values_list("last_used_at", flat=True).get(name="the pos")

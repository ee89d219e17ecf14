"""The Idempotency-Key header: once is once."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import redis

from orders.commands.core.roles import Role
from orders.journal.ring import QUEUE
from orders.models import Command
from orders.terminals.db.keys import create_terminal
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_the_same_key_and_body_is_the_same_command_and_one_task(pos: Till, rings: redis.Redis) -> None:
    order_id = pos.sell()
    first, again = (pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1") for _ in range(2))
    assert (first.status, again.status) == (202, 202)
    assert again.body == first.body
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert rings.llen(QUEUE) == 1
    assert Command.objects.count() == 1


def test_the_same_command_is_told_as_it_is_now(pos: Till, settle: Callable[[Answer, Till], Any]) -> None:
    order_id = pos.sell()
    settled = settle(pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1"), pos)
    assert pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1").body == settled


def test_a_field_that_is_spelled_out_as_its_default_is_the_same_body(pos: Till) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/reserve", {}, key="hold-1")
    again = pos.post(f"/orders/{order_id}/reserve", {"skip_missing": False, "expires_in_s": None}, key="hold-1")
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("call", "body", "pointers"),
    [
        ("pay", {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}, ["#/tenders"]),
        ("pay", {**CARD, "skip_missing": True}, ["#/skip_missing"]),
        ("cancel", {}, ["#/kind"]),
    ],
)
def test_the_same_key_with_another_body_names_what_differs(
    pos: Till, call: str, body: dict[str, Any], pointers: list[str]
) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/pay", {**CARD, "expected_total_minor": None}, key="sale-1")
    refused = pos.post(f"/orders/{order_id}/{call}", body, key="sale-1")
    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert refused.pointers == pointers
    assert Command.objects.count() == 1


def test_the_same_key_for_another_order_is_refused(pos: Till) -> None:
    pos.post(f"/orders/{pos.sell()}/pay", CARD, key="sale-1")
    refused = pos.post(f"/orders/{pos.sell()}/pay", CARD, key="sale-1")
    assert (refused.code, refused.pointers) == ("idempotency_key_reused", ["#/order_id"])


def test_a_key_belongs_to_its_terminal(pos: Till, shop: Shop) -> None:
    other = Till(create_terminal(store_id=shop.store_id, name="Till 2", role=Role.POS))
    order_id = pos.sell()
    first, second = (till.post(f"/orders/{order_id}/pay", CARD, key="sale-1") for till in (pos, other))
    assert first.body["id"] != second.body["id"]


@pytest.mark.parametrize("key", ['"sale-1"', " sale-1 ", '"sale-\\1"'])
def test_a_key_is_bare_or_quoted(pos: Till, key: str) -> None:
    order_id = pos.sell()
    pos.post(f"/orders/{order_id}/pay", CARD, key="sale-1")
    again = pos.post(f"/orders/{order_id}/pay", CARD, key=key.replace("\\1", "1"))
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_quoted_key_may_hold_quotes(pos: Till) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key=r'"a \"b\" \\c"')
    assert accepted.body["idempotency_key"] == r'a "b" \c'


def test_a_missing_key_is_refused(pos: Till) -> None:
    refused = pos.post(f"/orders/{pos.sell()}/pay", CARD)
    assert (refused.status, refused.code) == (400, "idempotency_key_missing")
    assert refused.body["detail"] == "Send an Idempotency-Key header: one value for each command."
    assert not Command.objects.exists()


@pytest.mark.parametrize("key", ['"sale-1";p=1', '"sale-1"; a;b="x;\\"y, z"', '"sale-1";p=1.5;*q=:YQ==:'])
def test_parameters_of_a_quoted_key_say_nothing(pos: Till, key: str) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key=key)
    assert accepted.body["idempotency_key"] == "sale-1"


@pytest.mark.parametrize(
    "key", ["a,b", '"a","b"', '"a', '"a"b"', '"a"b', '"a\\b"', '"a";', '"a" ;p', '"a";P=1', '"a";p=1,']
)
def test_what_may_be_two_keys_or_none_is_refused(pos: Till, key: str) -> None:
    refused = pos.post(f"/orders/{pos.sell()}/pay", CARD, key=key)
    assert (refused.status, refused.code) == (400, "idempotency_key_invalid")
    assert not Command.objects.exists()


def test_a_key_with_a_comma_comes_in_quotes(pos: Till) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key='"a,b"')
    assert accepted.body["idempotency_key"] == "a,b"
    for key in ("a,b", '"a,b"'):
        assert pos.get(f"/commands?key={quote(key)}").body["id"] == accepted.body["id"]


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "a\x01b", "\xff", "söld №1".encode().decode("latin-1")])
def test_an_unusable_key_is_refused(pos: Till, key: str) -> None:
    refused = pos.post(f"/orders/{pos.sell()}/pay", CARD, key=key)
    assert (refused.status, refused.code) == (400, "idempotency_key_invalid")
    assert not Command.objects.exists()


@pytest.mark.parametrize("key", ["x" * 255, "sold 1~"])
def test_a_long_or_foreign_key_is_taken(pos: Till, key: str) -> None:
    accepted = pos.post(f"/orders/{pos.sell()}/pay", CARD, key=key)
    assert accepted.status == 202
    assert accepted.body["idempotency_key"] == key.encode("latin-1").decode()

"""POST /commands/lookup: what became of many sales, without sending them again."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from orders.journal.api.bulk.full import STORED_BYTES_MAX
from orders.models import Command
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_each_key_has_its_command_or_none(pos: Till, supervisor: Till, settle: Callable[[Answer, Till], Any]) -> None:
    settled = settle(pos.post(f"/orders/{pos.sell()}/pay", CARD, key="done"), pos)
    pending = pos.post(f"/orders/{pos.sell()}/pay", CARD, key='"sold #2, again"').body
    supervisor.post(f"/orders/{supervisor.sell()}/pay", CARD, key="another's")
    found = pos.post("/commands/lookup", {"keys": ["done", "never", "sold #2, again", "another's", "done"]})
    assert found.status == 200
    assert found.body["items"] == [
        {"key": "done", "command": settled},
        {"key": "never", "command": None},
        {"key": "sold #2, again", "command": pending},
        {"key": "another's", "command": None},
        {"key": "done", "command": settled},
    ]


def test_more_than_an_answer_holds_is_asked_for_in_parts(pos: Till, settle: Callable[[Answer, Till], Any]) -> None:
    """One has about half of what an answer may have, in words that hardly compress."""
    settle(pos.post(f"/orders/{pos.sell()}/pay", CARD, key="sale"), pos)
    large = pos.post(f"/orders/{pos.sell()}/pay", CARD, key="large").body
    lines = [{"sku": secrets.token_hex(32), "requested": 1} for _ in range(STORED_BYTES_MAX // 150)]
    settled = {"state": "rejected", "outcome_code": "stock_insufficient", "settled_at": timezone.now()}
    Command.objects.filter(id=large["id"]).update(**settled, outcome={"detail": "", "lines": lines})
    keys = ["sale", "large", "large", "large", "sale"]
    refusal = pos.post("/commands/lookup", {"keys": keys})
    assert (refusal.status, refusal.code) == (422, "validation_failed")
    (pointer,) = refusal.pointers
    first = int(pointer.rpartition("/")[2])
    assert 1 < first < len(keys)
    told = pos.post("/commands/lookup", {"keys": keys[:first]}).body["items"]
    assert [item["key"] for item in told] == keys[:first]
    assert told[1]["command"]["outcome"]["lines"] == lines
    pay = {"kind": "pay", "order_id": large["order_id"], "body": CARD}
    items = [{"key": "large", **pay}] * 4
    replayed = pos.post("/commands", items, wait=5)
    assert [item["status"] for item in replayed.body["items"]] == ["replayed"] * 4
    assert [item["command_id"] for item in replayed.body["items"]] == [large["id"]] * 4
    shown = [item["command"] and item["command"]["id"] for item in replayed.body["items"]]
    assert replayed.status == 200
    assert shown[0] == large["id"]
    assert shown[-1] is None


def test_an_auditor_may_look(auditor: Till) -> None:
    assert auditor.post("/commands/lookup", {"keys": ["1"]}).body["items"] == [{"key": "1", "command": None}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/keys"),
        ({"keys": []}, "#/keys"),
        ({"keys": ["k"] * 501}, "#/keys"),
        ({"keys": [""]}, "#/keys/0"),
        ({"keys": ["x" * 256]}, "#/keys/0"),
        ({"keys": ["\x00"]}, "#/keys/0"),
        ({"keys": [5]}, "#/keys/0"),
        ({"keys": ["k"], "since": 5}, "#/since"),
    ],
)
def test_a_bad_lookup_is_pointed_at(pos: Till, body: Any, pointer: str) -> None:
    refused = pos.post("/commands/lookup", body)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [pointer])

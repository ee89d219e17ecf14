"""The terminal's own count: on single calls, when a number comes twice, and as the back office sees it."""

from typing import Any

import pytest

from orders.commands.core.roles import Role
from orders.journal.db.reads import gaps as reads_gaps
from orders.models import Command, Terminal
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
RECEIVED = {"items": [{"sku": "TEA-80", "quantity": 1}]}


def send(till: Till, path: str, body: Any, key: str, sequence: Any) -> Answer:
    headers = {"Idempotency-Key": key, "Command-Sequence": str(sequence)}
    return till.call("POST", path, body, **headers)


def pay(till: Till, key: str, sequence: Any) -> Answer:
    return send(till, f"/orders/{till.sell()}/pay", CARD, key, sequence)


def test_a_single_call_bears_its_number(pos: Till, backoffice: Till) -> None:
    paid = pay(pos, "k-1", 7)
    assert (paid.status, paid.body["sequence"]) == (202, 7)
    assert pos.get("/commands?key=k-1").body["sequence"] == 7
    received = send(backoffice, "/inventory/receive", RECEIVED, "k-2", 2**63 - 1)
    assert received.body["sequence"] == 2**63 - 1
    assert pos.get("/terminals/me/gaps").body["items"] == [{"first": 1, "last": 6}]


@pytest.mark.parametrize("sequence", ["0", "-1", "1.0", "x", "", "+1", "9223372036854775808", "1" * 40, "1,2", "\xb2"])
def test_a_bad_number_is_refused(pos: Till, sequence: str) -> None:
    refused = pay(pos, "k-1", sequence)
    assert (refused.status, refused.code) == (400, "command_sequence_invalid")
    assert not Command.objects.exists()


def test_the_number_is_no_part_of_what_a_command_is(pos: Till) -> None:
    order_id = pos.sell()
    first = send(pos, f"/orders/{order_id}/pay", CARD, "k-1", 4)
    again = send(pos, f"/orders/{order_id}/pay", CARD, "k-1", 5)
    assert (again.status, again.body["sequence"], again.body) == (202, 4, first.body)


def test_commands_with_one_number_are_all_kept_and_listed(pos: Till) -> None:
    first, second = pay(pos, "k-1", 1), pay(pos, "k-2", 1)
    bulk = pos.post("/commands", [{"key": "k-3", "kind": "reserve", "order_id": str(pos.sell()), "sequence": 1}])
    pay(pos, "k-4", 3)
    ids = [first.body["id"], second.body["id"], bulk.body["items"][0]["command_id"]]
    assert pos.get("/terminals/me/gaps").body == {
        "items": [{"first": 2, "last": 2}],
        "repeated": [{"sequence": 1, "command_ids": ids}],
        "next_cursor": None,
        "last_sequence": 3,
    }
    assert pos.get("/terminals/me/gaps?since=2").body["repeated"] == []


def test_a_jump_is_one_gap(pos: Till) -> None:
    pay(pos, "k-1", 1)
    pay(pos, "k-2", 10**12)
    assert pos.get("/terminals/me/gaps").body["items"] == [{"first": 2, "last": 10**12 - 1}]


def test_a_page_looks_at_so_many_and_tells_where_the_next_begins(pos: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads_gaps, "LOOK_MAX", 3)
    for number, sequence in enumerate([1, 2, 3, 4, 4, 5, 9]):
        pay(pos, f"k-{number}", sequence)
    items, repeated, query = [], [], "?limit=50"
    while query:
        listed = pos.get(f"/terminals/me/gaps{query}").body
        items += listed["items"]
        repeated += [one["sequence"] for one in listed["repeated"]]
        query = f"?cursor={listed['next_cursor']}" if listed["next_cursor"] else ""
    assert (items, repeated) == ([{"first": 6, "last": 8}], [4])


def test_of_very_many_commands_with_one_number_some_are_named(pos: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads_gaps, "IDS_MAX", 2)
    for number in range(4):
        pay(pos, f"k-{number}", 1)
    (repeated,) = pos.get("/terminals/me/gaps").body["repeated"]
    assert (repeated["sequence"], len(repeated["command_ids"])) == (1, 2)


def test_a_terminal_is_told_its_id(chain: Chain) -> None:
    for till in (*chain.tills.values(), chain.elsewhere):
        me = till.get("/terminals/me").body
        assert Terminal.objects.get(id=me["id"]).name == me["name"]


@pytest.mark.parametrize("role", [Role.BACKOFFICE, Role.AUDITOR])
def test_the_back_office_looks_at_any_terminal_of_its_store(chain: Chain, role: Role) -> None:
    pos, office = chain.tills[Role.POS], chain.tills[role]
    sent = pay(pos, "k-1", 2)
    pay(pos, "k-2", 2)
    id_ = pos.get("/terminals/me").body["id"]
    assert office.get(f"/terminals/{id_}/gaps").body == pos.get("/terminals/me/gaps").body
    assert office.get(f"/terminals/{id_}/gaps?since=2").body["items"] == []
    assert office.get(f"/commands?key=k-1&terminal={id_}").body["id"] == sent.body["id"]
    assert office.get(f"/commands?key=k-9&terminal={id_}").code == "command_not_found"
    assert office.get("/commands?key=k-1").code == "command_not_found"


@pytest.mark.parametrize("path", ["/terminals/{id}/gaps", "/commands?key=k-1&terminal={id}"])
def test_what_is_of_another_store_is_not_there(chain: Chain, path: str) -> None:
    pay(chain.elsewhere, "k-1", 1)
    foreign = chain.elsewhere.get("/terminals/me").body["id"]
    for id_ in (foreign, 2**63 - 1):
        refused = chain.tills[Role.BACKOFFICE].get(path.format(id=id_))
        assert (refused.status, refused.code) == (404, "terminal_not_found")
    own = chain.tills[Role.POS].get("/terminals/me").body["id"]
    assert chain.tills[Role.SUPERVISOR].get(path.format(id=own)).code == "role_not_allowed"


@pytest.mark.parametrize("id_", ["0", "x", "-1", "9223372036854775808"])
def test_no_terminal_has_such_an_id(backoffice: Till, id_: str) -> None:
    assert backoffice.get(f"/terminals/{id_}/gaps").status == 404
    assert backoffice.get(f"/commands?key=k-1&terminal={id_}").status == 422

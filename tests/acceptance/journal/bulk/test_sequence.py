"""`sequence` of a bulk item, and GET /terminals/me/gaps: what a terminal sent that never arrived."""

from typing import Any

import pytest

from orders.commands.core.roles import Role
from orders.models import Command
from orders.terminals.db.keys import create_terminal
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till


def send(till: Till, *sequences: Any) -> Answer:
    """A command for each."""
    order_id = str(till.sell())
    return till.post(
        "/commands",
        [
            {"key": f"k{sequence}", "kind": "reserve", "order_id": order_id, "sequence": sequence}
            for sequence in sequences
        ],
    )


def gaps(till: Till, query: str = "") -> list[tuple[int, int]]:
    return [(gap["first"], gap["last"]) for gap in till.get(f"/terminals/me/gaps{query}").body["items"]]


def test_without_sequences_there_are_no_gaps(pos: Till) -> None:
    send(pos, None)
    assert pos.get("/terminals/me/gaps").body == {
        "items": [],
        "repeated": [],
        "next_cursor": None,
        "last_sequence": None,
    }


def test_gaps_are_what_is_missing_up_to_the_last_one(pos: Till) -> None:
    send(pos, 2, 3, 7, 9)
    assert gaps(pos) == [(1, 1), (4, 6), (8, 8)]
    assert pos.get("/terminals/me/gaps").body["last_sequence"] == 9
    send(pos, 1, 5, 8)
    assert gaps(pos) == [(4, 4), (6, 6)]
    assert pos.get("/commands?key=k5").body["sequence"] == 5


def test_gaps_are_looked_for_from_a_number_on(pos: Till) -> None:
    send(pos, 1000, 1003)
    assert gaps(pos) == [(1, 999), (1001, 1002)]
    assert gaps(pos, "?since=1000") == [(1001, 1002)]
    assert gaps(pos, "?since=1002") == [(1002, 1002)]
    assert gaps(pos, "?since=1004") == []


def test_gaps_come_a_page_at_a_time(pos: Till) -> None:
    send(pos, 2, 4, 6, 8)
    first = pos.get("/terminals/me/gaps?limit=3").body
    assert [gap["first"] for gap in first["items"]] == [1, 3, 5]
    assert gaps(pos, f"?limit=3&cursor={first['next_cursor']}") == [(7, 7)]


def test_a_refused_command_leaves_a_gap_until_it_is_sent_well(pos: Till) -> None:
    bad = {"key": "k1", "kind": "pay", "order_id": str(pos.sell()), "sequence": 1}
    pos.post("/commands", [bad])
    send(pos, 2)
    assert gaps(pos) == [(1, 1)]


def test_the_sequence_is_no_part_of_what_a_command_is(pos: Till) -> None:
    item = {"key": "k1", "kind": "reserve", "order_id": str(pos.sell())}
    pos.post("/commands", [{**item, "sequence": 4}])
    again = pos.post("/commands", [{**item, "sequence": 5}])
    assert again.body["items"][0]["status"] == "replayed"
    assert Command.objects.get().sequence == 4


def test_each_terminal_counts_for_itself(pos: Till, shop: Shop) -> None:
    other = Till(create_terminal(store_id=shop.store_id, name="Till 2", role=Role.POS))
    send(pos, 2)
    send(other, 1, 2)
    assert (gaps(pos), gaps(other)) == ([(1, 1)], [])


@pytest.mark.parametrize("sequence", [0, -1, 1.5, "1", True, 2**63])
def test_a_bad_sequence_is_pointed_at(pos: Till, sequence: Any) -> None:
    item = send(pos, sequence).body["items"][0]
    assert (item["status"], item["problem"]["errors"][0]["pointer"]) == ("refused", "#/0/sequence")


@pytest.mark.parametrize("query", ["since=0", "since=x", "since=9223372036854775808", "limit=0", "cursor=x"])
def test_a_bad_parameter_is_refused(pos: Till, query: str) -> None:
    refused = pos.get(f"/terminals/me/gaps?{query}")
    assert (refused.status, refused.body["errors"][0]["parameter"]) == (422, query.partition("=")[0])

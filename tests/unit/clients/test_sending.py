"""What a till does with answers, and without any."""

from pathlib import Path
from uuid import UUID

import pytest

from ringup_client import (
    CallRefused,
    KeyRefused,
    KeyReused,
    Line,
    Order,
    Pay,
    Refused,
    Rejected,
    RingupError,
    State,
    Tender,
    Unsettled,
)
from ringup_client.outbox import Outbox
from ringup_client.wire import Answer, Trouble
from tests.unit.clients.by_hand import LOST, REFUSED, ByHand, command, ok, pending, problem, refused, taken

HTML = Answer(status=404, headers={}, body="<h1>Log in to the hotel's network</h1>")
BUSY = problem(429, "too_many_requests", **{"retry-after": "3"})
DOWN = Answer(status=503, headers={"retry-after": "2"}, body={"code": "database_down", "detail": "Come back."})


@pytest.fixture
def till(tmp_path: Path) -> ByHand:
    return ByHand(tmp_path / "till.sqlite3")


def sale() -> Pay:
    return Pay(Order([Line("TEA", 1)], "GBP"), [Tender("cash", 250)])


def test_it_is_on_disk_with_its_key_and_its_time_before_it_is_sent(till: ByHand) -> None:
    seen = []

    def another_process_looks() -> None:
        row = Outbox(till.file).row("k1")
        assert row
        seen.append((row.state, row.item["order"]["sold_at"], row.number))

    till.meanwhile = another_process_looks
    till.says = [taken(command())]
    sold = till.run(till.core.submit(sale(), key="k1", patience_s=5))
    assert seen == [(State.UNKNOWN, sold.sold_at.isoformat(), 1)]
    assert till.asked[0].body[0]["sequence"] == sold.sequence == 1
    assert till.asked[0].headers == {"Prefer": "wait=5"}


@pytest.mark.parametrize("trouble", [LOST, REFUSED, BUSY, DOWN, HTML, ok({"surprise": 1}), ok("<h1>Welcome</h1>")])
def test_what_is_no_answer_of_the_shop_is_asked_again_under_the_same_key(
    till: ByHand, trouble: Answer | Trouble
) -> None:
    till.says = [trouble, trouble, taken(command())]
    assert till.run(till.core.submit(sale(), key="k1", patience_s=30)).applied().state is State.SUCCEEDED
    assert till.sent == [["k1"]] * 3
    assert [one.body for one in till.asked] == [till.asked[0].body] * 3


def test_nor_is_it_what_was_to_be_read(till: ByHand) -> None:
    page = ok("<h1>Welcome</h1>", **{"content-type": "text/html"})
    till.says = [page, ok([]), ok({"items": []})]
    assert till.run(till.core.call("GET", "/closings", patience_s=30)) == {"items": []}
    till.says = [page, ok("Tea £2.50", **{"content-type": "text/plain; charset=utf-8"})]
    assert till.run(till.core.receipt(UUID(int=1), command_id=None, form="text", patience_s=30)) == "Tea £2.50"


@pytest.mark.parametrize(("trouble", "at_least_s"), [(BUSY, 3), (DOWN, 2)])
def test_who_is_told_when_to_come_back_comes_back_then(till: ByHand, trouble: Answer, at_least_s: float) -> None:
    till.says = [trouble, taken(command())]
    till.run(till.core.submit(sale(), key=None, patience_s=None))
    assert [pause >= at_least_s for pause in till.pauses] == [True]


def test_pauses_grow_and_have_an_end(till: ByHand) -> None:
    till.says = [LOST]
    till.run(till.core.submit(sale(), key=None, patience_s=60))
    assert 10 < len(till.pauses) < 30
    assert till.pauses[0] <= 0.1
    assert max(till.pauses) <= 5


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        ([REFUSED], State.UNSENT),
        ([BUSY], State.UNSENT),
        ([LOST], State.UNKNOWN),
        ([DOWN], State.UNKNOWN),
        ([HTML], State.UNKNOWN),
        ([LOST, REFUSED], State.UNKNOWN),
    ],
)
def test_without_an_answer_it_says_whether_it_may_have_arrived(
    till: ByHand, trouble: list[Answer | Trouble], state: State
) -> None:
    till.says = trouble
    sold = till.run(till.core.submit(sale(), key="k1", patience_s=0.3))
    assert sold.state is state
    with pytest.raises(Unsettled):
        sold.applied()
    assert [one.key for one in till.run(till.core.unsettled())] == ["k1"]


def test_what_may_have_arrived_once_may_have_however_often_it_is_tried_in_vain(till: ByHand) -> None:
    till.says = [LOST]
    till.run(till.core.submit(sale(), key="k1", patience_s=0))
    till.says = [REFUSED]
    assert till.run(till.core.send(patience_s=0)) == []
    assert till.run(till.core.command("k1")).state is State.UNKNOWN


def test_who_was_tried_by_another_process_meanwhile_is_not_said_to_be_unsent(till: ByHand) -> None:
    till.says = [REFUSED]

    def another_process_tries() -> None:
        Outbox(till.file).take(1)

    till.meanwhile = another_process_tries
    assert till.run(till.core.submit(sale(), key="k1", patience_s=0)).state is State.UNKNOWN


def test_a_refusal_has_words_and_pointers_and_is_not_sent_again(till: ByHand) -> None:
    till.says = [ok({"items": [refused("product_not_found")]})]
    with pytest.raises(Refused) as raised:
        till.run(till.core.submit(sale(), key="k1", patience_s=5)).applied()
    found = raised.value.problem
    assert (found.status, found.code, found.detail) == (422, "product_not_found", "It is product_not_found.")
    assert [place.pointer for place in found.errors] == ["#/0/order"]
    till.run(till.core.send(patience_s=5))
    assert till.sent == [["k1"]]


def test_a_rejection_has_its_code_and_lines(till: ByHand) -> None:
    outcome = {"code": "stock_insufficient", "detail": "There is 1 of TEA.", "lines": [{"sku": "TEA", "available": 1}]}
    till.says = [taken(command("rejected") | {"outcome": outcome})]
    with pytest.raises(Rejected, match=r"stock_insufficient: There is 1 of TEA\.") as raised:
        till.run(till.core.submit(sale(), key=None, patience_s=None)).applied()
    assert raised.value.command.outcome
    assert raised.value.command.outcome.lines == ({"sku": "TEA", "available": 1},)


def test_a_key_that_is_refused_keeps_what_was_to_be_sent(till: ByHand) -> None:
    till.says = [problem(401, "key_invalid")]
    with pytest.raises(KeyRefused):
        till.run(till.core.submit(sale(), key="k1", patience_s=5))
    assert till.run(till.core.command("k1")).state is State.UNSENT
    till.says = [LOST, problem(401, "key_invalid")]
    with pytest.raises(KeyRefused):
        till.run(till.core.settle("k1", patience_s=5))
    assert till.run(till.core.command("k1")).state is State.UNKNOWN


@pytest.mark.parametrize("code", ["host_unknown", "header_repeated", "body_unreadable", "route_not_found"])
def test_a_call_that_is_refused_whatever_it_brings_says_nothing_of_the_sale(till: ByHand, code: str) -> None:
    """The first try may have arrived: whoever took it for refused would sell the same once more."""
    till.says = [LOST, problem(400, code)]
    with pytest.raises(CallRefused, match=code):
        till.run(till.core.submit(sale(), key="k1", patience_s=5))
    assert till.run(till.core.command("k1")).state is State.UNKNOWN
    till.says = [problem(400, code)]
    with pytest.raises(CallRefused):
        till.run(till.core.submit(sale(), key="k2", patience_s=5))
    assert till.run(till.core.command("k2")).state is State.UNSENT
    with pytest.raises(CallRefused):
        till.run(till.core.send(patience_s=5))
    till.says = [taken(command(), command())]
    assert {one.state for one in till.run(till.core.send(patience_s=5))} == {State.SUCCEEDED}
    assert till.sent[-1] == ["k1", "k2"]


@pytest.mark.parametrize("refusal", [problem(400, "host_unknown"), problem(401, "key_invalid")])
def test_who_asks_for_its_name_in_vain_has_not_been_refused_its_sale(till: ByHand, refusal: Answer) -> None:
    """It is sent later: a till that takes `Refused` for a no would have sold it once more by then."""
    till.asks_who = refusal
    with pytest.raises(RingupError) as raised:
        till.run(till.core.submit(sale(), key="k1", patience_s=5))
    assert not isinstance(raised.value, Refused)
    assert till.run(till.core.command("k1")).state is State.UNSENT
    till.asks_who, till.says = None, [taken(command())]
    assert [one.state for one in till.run(till.core.send(patience_s=5))] == [State.SUCCEEDED]


def test_nor_does_it_say_that_a_command_is_unknown(till: ByHand) -> None:
    till.says = [taken(pending()), problem(400, "host_unknown")]
    with pytest.raises(CallRefused):
        till.run(till.core.submit(sale(), key="k1", patience_s=5))
    with pytest.raises(CallRefused):
        till.run(till.core.ask(patience_s=5))
    assert till.run(till.core.command("k1")).state is State.PENDING


def test_what_is_not_settled_is_waited_for_where_the_server_lets_it_wait_and_asked_for_where_not(till: ByHand) -> None:
    waited = {"preference-applied": "wait=5"}
    till.says = [taken(pending()), ok(pending(), **waited), ok(pending()), LOST, ok(command())]
    assert till.run(till.core.submit(sale(), key=None, patience_s=20)).state is State.SUCCEEDED
    assert [one.path for one in till.asked[1:]] == ["/commands/c7"] * 4
    assert till.asked[1].headers == {"Prefer": "wait=10"}
    assert till.pauses[0] == 1.0
    assert len(till.pauses) == 2


@pytest.mark.parametrize("state", ["parked", "dismissed"])
def test_what_an_operator_has_to_look_at_is_not_waited_for(till: ByHand, state: str) -> None:
    till.says = [taken(command(state, None, detail="An operator has to look at it. Do not take the money twice."))]
    seen = till.run(till.core.submit(sale(), key=None, patience_s=20))
    assert (seen.state, len(till.asked)) == (State(state), 1)
    assert seen.detail == "An operator has to look at it. Do not take the money twice."


def test_the_same_key_is_the_same_command_and_nothing_is_sent_once_it_is_settled(till: ByHand) -> None:
    till.says = [taken(command())]
    asked = sale()
    first = till.run(till.core.submit(asked, key="k1", patience_s=5))
    assert till.run(till.core.submit(asked, key="k1", patience_s=5)) == first
    assert till.sent == [["k1"]]
    with pytest.raises(KeyReused):
        till.run(till.core.submit(sale(), key="k1", patience_s=5))


def test_what_is_found_to_be_unknown_to_the_server_is_sent_and_what_it_has_is_not(till: ByHand) -> None:
    till.says = [LOST]
    for key in ("had", "lost"):
        till.run(till.core.submit(sale(), key=key, patience_s=0))
    items = [{"key": "had", "command": command()}, {"key": "lost", "command": None}]
    till.says = [ok({"items": items})]
    states = [one.state for one in till.run(till.core.ask(patience_s=5))]
    assert states == [State.SUCCEEDED, State.UNSENT]
    till.says = [taken(command())]
    till.run(till.core.send(patience_s=5))
    assert till.sent[-1] == ["lost"]


def test_ids_that_a_till_makes_are_kept(till: ByHand) -> None:
    till.says = [taken(command())]
    asked = sale()
    sold = till.run(till.core.submit(asked, key=None, patience_s=None))
    assert isinstance(asked.order, Order)
    assert UUID(str(sold.order_id)) == asked.order.id
    assert till.asked[0].body[0]["order"]["id"] == str(asked.order.id)

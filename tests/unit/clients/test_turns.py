"""What goes together, and what goes before what."""

from pathlib import Path

import pytest

from ringup_client import CloseDrawer, Counted, Line, OpenDrawer, Order, Pay, Return, State, Tender
from tests.unit.clients.by_hand import REFUSED, ByHand, command, problem, taken


@pytest.fixture
def till(tmp_path: Path) -> ByHand:
    return ByHand(tmp_path / "till.sqlite3")


def sale() -> Pay:
    return Pay(Order([Line("TEA", 1)], "GBP"), [Tender("cash", 250)])


def test_what_goes_before_it_of_its_order_goes_with_it_and_others_are_left_alone(till: ByHand) -> None:
    till.says = [REFUSED]
    asked = sale()
    assert isinstance(asked.order, Order)
    till.run(till.core.submit(asked, key="pay", patience_s=0))
    till.run(till.core.submit(sale(), key="other", patience_s=0))
    till.says = [taken(command(), command())]
    back = Return(asked.order.id, [])
    assert till.run(till.core.submit(back, key="return", patience_s=5)).state is State.SUCCEEDED
    assert till.sent[-1] == ["pay", "return"]
    assert [one.key for one in till.run(till.core.unsettled())] == ["other"]


def test_a_drawer_goes_behind_all_before_it_and_before_all_behind_it(till: ByHand) -> None:
    for number in range(2):
        till.run(till.core.keep(sale(), key=f"sale {number}"))
    till.run(till.core.keep(CloseDrawer([Counted("cash", 100)]), key="close"))
    till.run(till.core.keep(sale(), key="after"))
    till.says = [taken(*[command()] * 5)]
    till.run(till.core.submit(OpenDrawer(100), key="open", patience_s=5))
    assert till.sent == [["sale 0", "sale 1", "close", "after", "open"]]


def test_a_sale_after_a_drawers_command_takes_along_what_that_needs(till: ByHand) -> None:
    till.run(till.core.keep(sale(), key="before"))
    till.run(till.core.keep(CloseDrawer([Counted("cash", 100)]), key="close"))
    till.run(till.core.keep(sale(), key="between"))
    till.says = [taken(*[command()] * 3)]
    till.run(till.core.submit(sale(), key="now", patience_s=5))
    assert till.sent == [["before", "close", "now"]]


def test_many_go_in_few_requests_in_their_order(till: ByHand) -> None:
    for number in range(501):
        till.run(till.core.keep(sale(), key=f"{number}"))
    till.says = [taken(*[command()] * 500), taken(command())]
    assert len(till.run(till.core.send(patience_s=5))) == 501
    assert [len(keys) for keys in till.sent] == [500, 1]
    assert [key for keys in till.sent for key in keys] == [f"{number}" for number in range(501)]


def test_a_request_is_no_larger_than_the_server_takes(till: ByHand) -> None:
    large = Order([Line("TEA" * 20, 1)] * 5_000, "GBP")
    for number in range(3):
        till.run(till.core.keep(Pay(Order(large.lines, "GBP"), []), key=f"{number}"))
    till.says = [taken(command(), command()), taken(command())]
    till.run(till.core.send(patience_s=5))
    assert till.sent == [["0", "1"], ["2"]]


def test_where_a_request_is_refused_as_a_whole_the_one_at_fault_is_found(till: ByHand) -> None:
    for number in range(3):
        till.run(till.core.keep(sale(), key=f"{number}"))
    whole = problem(413, "body_too_large")
    till.says = [whole, taken(command()), whole, taken(command())]
    states = [one.state for one in till.run(till.core.send(patience_s=5))]
    assert states == [State.SUCCEEDED, State.REFUSED, State.SUCCEEDED]
    assert till.sent == [["0", "1", "2"], ["0"], ["1"], ["2"]]

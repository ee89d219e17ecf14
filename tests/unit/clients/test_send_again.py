"""What a till sends once more to a server that was restored."""

from pathlib import Path

import pytest

from ringup_client import Line, Order, Pay, State, Tender
from tests.unit.clients.by_hand import ByHand, command, ok, taken


@pytest.fixture
def till(tmp_path: Path) -> ByHand:
    return ByHand(tmp_path / "till.sqlite3")


def sale() -> Pay:
    return Pay(Order([Line("TEA", 1)], "GBP"), [Tender("cash", 250)])


def test_to_a_server_that_was_restored_all_since_then_goes_again(till: ByHand) -> None:
    till.says = [taken(command())]
    first = till.run(till.core.submit(sale(), key="k1", patience_s=5))
    till.says = [taken(command(), status="replayed")]
    (again,) = till.run(till.core.send_again(first.sold_at, patience_s=5))
    assert (again.key, again.state, again.replayed) == ("k1", State.SUCCEEDED, True)


def test_what_goes_again_says_which_number_its_receipt_bears_until_it_has_one(till: ByHand) -> None:
    till.says = [taken(command(result={"invoice_number": "INV-7"}))]
    first = till.run(till.core.submit(sale(), key="k1", patience_s=5))
    till.says = [ok({"items": [{"status": "accepted", "command_id": "c2"}]})]
    for _ in range(2):
        till.run(till.core.send_again(first.sold_at, patience_s=5))
    assert [one.body[0]["body"].get("printed_number") for one in till.asked if one.path == "/commands"] == [
        None,
        "INV-7",
        "INV-7",
    ]


def test_what_was_rejected_does_not_go_again(till: ByHand) -> None:
    """In the past that the server went back to there may be goods, and the customer is gone."""
    till.says = [taken(command("rejected"))]
    first = till.run(till.core.submit(sale(), key="k1", patience_s=5))
    assert till.run(till.core.send_again(first.sold_at, patience_s=5)) == []
    assert till.sent == [["k1"]]

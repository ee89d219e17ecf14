"""Who is forgotten may stand in what was written about a drawer: never in a closing, which does not change."""

from typing import Any

from orders.models import Closing, DrawerMovement
from tests.support.shop.cashier import Cashier
from tests.support.shop.drifts import broken_by
from tests.support.shop.names import forget, where_it_stands
from tests.support.shop.till import Till

NAME = "Erika Müller"


def closings() -> list[Any]:
    return list(Closing.objects.order_by("number").values("number", "figures", "hash"))


def test_a_name_goes_from_the_whole_database_and_no_closing_changes(cashier: Cashier, pos: Till) -> None:
    cashier.open(10_000)
    cashier.sell(2)
    cashier.move(-500, f"lent to {NAME}")
    cashier.move(-100, "to the bank")
    cashier.close(9_900)
    cashier.open(0)
    cashier.move(500, f"back from {NAME.upper()}")
    before, told = closings(), pos.get("/closings/1").body
    assert [one["reason"] for one in told["movements"]] == [f"lent to {NAME}", "to the bank"]
    assert "orders_closing" not in where_it_stands("müller"), "not before either"

    forget(NAME)

    assert list(where_it_stands("müller")) == []
    assert closings() == before
    after = pos.get("/closings/1").body
    assert [one["reason"] for one in after["movements"]] == [None, "to the bank"]
    nameless = [{**one, "reason": None} for one in told["movements"]]
    assert {**told, "movements": nameless} == {
        **after,
        "movements": [{**one, "reason": None} for one in after["movements"]],
    }
    assert broken_by() == set()
    closing = cashier.close(500)["result"]["closing"]
    assert (closing["previous_hash"], closing["movements"][0]["reason"]) == (before[0]["hash"], None)
    assert broken_by() == set()


def test_a_movement_that_is_still_to_come_is_nameless(cashier: Cashier, pos: Till) -> None:
    cashier.open(0)
    accepted = pos.post("/drawer/movement", {"amount_minor": 500, "reason": NAME}, key="m")
    forget(NAME)
    assert cashier.settle(accepted, pos)["state"] == "succeeded"
    assert list(where_it_stands("müller")) == []
    assert [one.amount_minor for one in DrawerMovement.objects.all()] == [500]

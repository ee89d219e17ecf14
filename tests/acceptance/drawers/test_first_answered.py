"""Of two commands of one terminal about money or its drawer, whose requests do not overlap, the one that was answered
first takes effect first, whichever a worker comes to first."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.shop.cashier import Cashier
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.till import Till
from workers.drawers import take_turn

CLOSE = {"counted": [{"method": "cash", "amount_minor": 0}]}


def sent(till: Till, path: str, body: Any) -> str:
    """A command that no worker has seen."""
    answer = till.post(path, body, key=str(uuid4()))
    assert answer.status == 202, answer
    return str(answer.body["id"])


def paid(till: Till, order_id: UUID) -> str:
    return sent(till, f"/orders/{order_id}/pay", {"tenders": [{"method": "cash", "amount_minor": 250}]})


def only(order_id: UUID) -> None:
    """A worker comes to this order, and looks at nothing else."""
    execute([order_id], helps=False)


def told(till: Till, command_id: str) -> Any:
    return till.get(f"/commands/{command_id}").body


def test_a_close_waits_for_the_pay_before_it_and_for_none_after_it(cashier: Cashier) -> None:
    till = cashier.till
    cashier.open(0)
    early, late = till.sell(), till.sell()
    before, close, after = paid(till, early), sent(till, "/drawer/close", CLOSE), paid(till, late)
    only(late)
    assert [told(till, one)["state"] for one in (before, close, after)] == ["pending", "pending", "succeeded"]
    assert take_turn(cashier.terminal).waits_for == [early]
    assert run_drawer(cashier.terminal) == []
    assert told(till, before)["state"] == "succeeded"
    assert told(till, close)["result"]["closing"]["sales"] == {"count": 1, "total_minor": 250}
    [one] = till.get(f"/orders/{early}").body["payments"]
    [other] = till.get(f"/orders/{late}").body["payments"]
    assert (one["closing"], other["closing"]) == (1, None)
    assert cashier.open(0)["result"]["before_opening_minor"] == 250


@pytest.mark.parametrize("verb", ["return", "cancel"])
def test_a_close_waits_for_what_is_given_back_before_it(boss: Cashier, verb: str) -> None:
    boss.open(0)
    orders = [boss.sell() for _ in range(2)]
    back = {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]} if verb == "return" else {}
    sent(boss.till, f"/orders/{orders[0]}/{verb}", back)
    close = sent(boss.till, "/drawer/close", CLOSE)
    sent(boss.till, f"/orders/{orders[1]}/{verb}", back)
    only(orders[1])
    assert take_turn(boss.terminal).waits_for == orders[:1]
    assert run_drawer(boss.terminal) == []
    closing = told(boss.till, close)["result"]["closing"]
    assert (closing["sales"]["count"], closing["refunds"]) == (2, {"count": 1, "total_minor": 250})
    assert boss.open(0)["result"]["before_opening_minor"] == -250


def test_an_opening_waits_for_what_was_taken_before_it(cashier: Cashier) -> None:
    early, late = cashier.till.sell(), cashier.till.sell()
    paid(cashier.till, early)
    opened = sent(cashier.till, "/drawer/open", {"float_minor": 0})
    paid(cashier.till, late)
    only(late)
    assert take_turn(cashier.terminal).waits_for == [early]
    assert run_drawer(cashier.terminal) == []
    assert told(cashier.till, opened)["result"]["before_opening_minor"] == 250
    assert cashier.close(500)["result"]["closing"]["sales"]["count"] == 2


def test_movements_are_in_the_drawer_that_was_open_at_their_place(cashier: Cashier) -> None:
    till, out = cashier.till, {"amount_minor": -5, "reason": "out"}
    opened = [sent(till, "/drawer/open", {"float_minor": 0})]
    first = sent(till, "/drawer/movement", {"amount_minor": 5, "reason": "in"})
    close = sent(till, "/drawer/close", CLOSE)
    lost = sent(till, "/drawer/movement", out)
    opened += [sent(till, "/drawer/open", {"float_minor": 0})]
    second = sent(till, "/drawer/movement", out)
    assert run_drawer(cashier.terminal) == []
    assert [told(till, one)["state"] for one in opened] == ["succeeded"] * 2
    assert told(till, lost)["outcome"]["code"] == "drawer_not_open"
    moved = told(till, close)["result"]["closing"]["movements"]
    assert [(one["command_id"], one["amount_minor"], one["reason"]) for one in moved] == [(first, 5, "in")]
    assert moved[0]["at"] == told(till, first)["result"]["at"]
    assert [one["command_id"] for one in cashier.report()["movements"]] == [second]


def test_another_terminals_sales_hold_up_no_close(cashier: Cashier, boss: Cashier) -> None:
    cashier.open(0)
    pay = paid(boss.till, boss.till.sell())
    close = sent(cashier.till, "/drawer/close", CLOSE)
    assert take_turn(cashier.terminal).settled == UUID(close)
    assert told(boss.till, pay)["state"] == "pending"
    assert told(cashier.till, close)["result"]["closing"]["sales"]["count"] == 0

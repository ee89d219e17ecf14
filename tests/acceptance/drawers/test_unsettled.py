"""What waits for an operator or for a payment provider does not hold up a closing: it is told, and the next one's."""

from typing import Any
from uuid import UUID

import pytest

from orders.journal.db.attempts import park
from orders.models import Command
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.cashier import Cashier
from tests.support.shop.rung import run, run_drawer
from tests.support.shop.till import Till
from workers.authorize import authorize_payments


def sent(till: Till, order_id: UUID, verb: str, body: Any, *, key: str) -> UUID:
    """A command that no worker has seen."""
    return UUID(till.post(f"/orders/{order_id}/{verb}", body, key=key).body["id"])


def told(command_id: UUID, kind: str, state: str, order_id: UUID) -> dict[str, str]:
    return {"command_id": str(command_id), "kind": kind, "state": state, "order_id": str(order_id)}


def by_method(closing: Any) -> dict[str, int]:
    return {one["method"]: one["expected_minor"] for one in closing["methods"]}


def test_a_parked_pay_and_what_it_blocks_are_the_next_drawers(boss: Cashier, backoffice: Till) -> None:
    boss.open(0)
    order_id = boss.till.sell(("TEA-80", 1))
    pay = sent(boss.till, order_id, "pay", {"tenders": [{"method": "cash", "amount_minor": 250}]}, key="p")
    park(pay, "AssertionError")
    cancel = sent(boss.till, order_id, "cancel", {}, key="c")
    closing = boss.close(0)["result"]["closing"]
    assert closing["unsettled"] == [told(pay, "pay", "parked", order_id), told(cancel, "cancel", "pending", order_id)]
    assert (closing["sales"]["count"], by_method(closing)) == (0, {"cash": 0})
    boss.open(0)
    assert boss.report()["unsettled"] == closing["unsettled"]
    assert backoffice.post(f"/commands/{pay}/retry").status == 202
    assert run([order_id]) == []
    closing = boss.close(0)["result"]["closing"]
    assert (closing["unsettled"], closing["sales"]["count"], closing["refunds"]["count"]) == ([], 1, 1)
    assert closing["before_opening_minor"] == 0


@pytest.mark.parametrize("required", [False, True])
def test_a_pay_that_awaits_its_provider_is_the_next_drawers(cashier: Cashier, backoffice: Till, required: bool) -> None:
    backoffice.put("/store", {"require_drawer": required})
    cashier.open(0)
    with banking():
        order_id = cashier.till.sell(("TEA-80", 1))
        pay = sent(cashier.till, order_id, "pay", {"tenders": [online(250)]}, key="p")
        run([order_id])
        assert Command.objects.get(id=pay).state == "awaiting"
        closing = cashier.close(0)["result"]["closing"]
        assert closing["unsettled"] == [told(pay, "pay", "awaiting", order_id)]
        authorize_payments()
        run([order_id])
    assert Command.objects.get(id=pay).outcome_code == "applied", "it was asked for while the drawer was open"
    assert cashier.open(0)["result"]["before_opening_minor"] == 250
    assert by_method(cashier.close(0)["result"]["closing"]) == {"cash": 0, "online": 250}


def test_a_parked_close_does_not_hold_up_the_drawer(cashier: Cashier, backoffice: Till) -> None:
    cashier.open(0)
    counted = {"counted": [{"method": "cash", "amount_minor": 0}]}
    parked = cashier.till.post("/drawer/close", counted, key="c").body["id"]
    park(UUID(parked), "AssertionError")
    closing = cashier.close(0)["result"]["closing"]
    assert closing["unsettled"] == [{"command_id": parked, "kind": "drawer_close", "state": "parked", "order_id": None}]
    cashier.open(0)
    assert backoffice.post(f"/commands/{parked}/retry").status == 202
    assert run_drawer(cashier.terminal) == []
    assert cashier.till.get(f"/commands/{parked}").body["outcome"]["code"] == "drawer_not_open", "at its place"
    assert cashier.report()["number"] is None

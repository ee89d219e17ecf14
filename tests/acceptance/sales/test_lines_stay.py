"""Lines of an order are what its commands were sent for."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.models import Command
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}


def test_lines_stay_while_a_command_of_their_order_is_not_settled(
    pos: Till, settle: Callable[[Answer, Till], Any]
) -> None:
    order_id = pos.sell()
    lines = {"lines": [{"sku": "TEA-80", "quantity": 2}]}
    paid = pos.post(f"/orders/{order_id}/pay", CARD, key="k-1")
    before = pos.get(f"/orders/{order_id}").body
    refused = pos.put(f"/orders/{order_id}/lines", lines)
    assert (refused.status, refused.code) == (409, "command_pending")
    assert pos.get(f"/orders/{order_id}").body == before
    settle(paid, pos)
    assert pos.put(f"/orders/{order_id}/lines", lines).code == "order_not_draft"


@pytest.mark.parametrize("state", ["parked", "awaiting"])
def test_lines_stay_while_somebody_is_asked(pos: Till, state: str) -> None:
    order_id = pos.sell()
    paid = pos.post(f"/orders/{order_id}/pay", CARD, key="k-1").body["id"]
    Command.objects.filter(id=paid).update(state=state)
    refused = pos.put(f"/orders/{order_id}/lines", {"lines": []})
    assert (refused.status, refused.code) == (409, "command_pending")

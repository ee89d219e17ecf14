"""Each role may do what the contract says, and is told which role may do the rest."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from orders.commands.core.roles import Role
from orders.models import Command, Order
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import Answer, Till

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}
RECEIVED = {"items": [{"sku": "TEA-80", "quantity": 1}]}
BACK = {"lines": [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]}
NEW = {"currency": "GBP", "fulfilment": "immediate", "lines": []}

SELLERS = {Role.POS, Role.SUPERVISOR, Role.BACKOFFICE}
SUPERVISORS = {Role.SUPERVISOR, Role.BACKOFFICE}

# method, path, body, who may
CALLS: list[tuple[str, str, Any, set[Role]]] = [
    ("GET", "/orders", None, set(Role)),
    ("GET", "/orders/{order}", None, set(Role)),
    ("GET", "/orders/{order}/available-actions", None, set(Role)),
    ("GET", "/orders/{order}/history", None, set(Role)),
    ("GET", "/orders/{order}/shipment-status", None, set(Role)),
    ("GET", "/inventory/items", None, set(Role)),
    ("GET", "/inventory/items/TEA-80", None, set(Role)),
    ("GET", "/inventory/movements", None, set(Role)),
    ("POST", "/inventory/items/check-available", RECEIVED, set(Role)),
    ("GET", "/terminals/me", None, set(Role)),
    ("GET", "/taxes", None, set(Role)),
    ("GET", "/terminals/me/gaps", None, set(Role)),
    ("GET", "/terminals/1/gaps", None, {Role.BACKOFFICE, Role.AUDITOR}),
    ("GET", "/commands?key=k&terminal=1", None, {Role.BACKOFFICE, Role.AUDITOR}),
    ("GET", "/invoice-pool", None, {Role.BACKOFFICE, Role.AUDITOR}),
    ("POST", "/orders", NEW, SELLERS),
    ("PUT", "/orders/{order}/lines", {"lines": []}, SELLERS),
    ("POST", "/orders/{order}/pay", CARD, SELLERS),
    ("POST", "/orders/{order}/reserve", {}, SELLERS),
    ("POST", "/orders/{order}/release", {}, SELLERS),
    ("POST", "/orders/{order}/cancel", {}, SELLERS),
    ("POST", "/orders/{order}/fulfill", {}, SUPERVISORS),
    ("POST", "/orders/{order}/items/{order}/ship", {}, SUPERVISORS),
    ("POST", "/orders/{order}/deliver", {}, SUPERVISORS),
    ("POST", "/orders/{order}/return", BACK, SUPERVISORS),
    ("POST", "/inventory/receive", RECEIVED, {Role.BACKOFFICE}),
    ("POST", "/inventory/adjust", {**RECEIVED, "reason": "found"}, {Role.BACKOFFICE}),
    ("POST", "/inventory/write-off", RECEIVED, {Role.BACKOFFICE}),
    ("POST", "/commands", [], SELLERS),
    ("POST", "/commands/{order}/retry", None, {Role.BACKOFFICE}),
    ("POST", "/commands/{order}/dismiss", None, {Role.BACKOFFICE}),
    ("POST", "/invoice-pool/void/retry", {"number": "INV-1", "reason": "the period is open"}, {Role.BACKOFFICE}),
]


def cases() -> Iterator[Any]:
    for method, path, body, allowed in CALLS:
        for role in Role:
            yield pytest.param(method, path, body, role, allowed, id=f"{role}: {method} {path}")


@pytest.mark.parametrize(("method", "path", "body", "role", "allowed"), list(cases()))
def test_a_call_needs_its_role(chain: Chain, method: str, path: str, body: Any, role: Role, allowed: set[Role]) -> None:
    order_id = chain.shop.order(("TEA-80", 1))
    before = Order.objects.count()
    answer = chain.tills[role].call(method, path.replace("{order}", str(order_id)), body, **{"Idempotency-Key": "k1"})
    if role in allowed:
        assert answer.status != 403
    else:
        least = next(role for role in Role if role in allowed)
        assert (answer.status, answer.code) == (403, "role_not_allowed")
        assert f"the role {least}" in answer.body["detail"]
        assert not Command.objects.exists()
        assert Order.objects.count() == before


def test_a_till_cancels_its_own_hold_only(pos: Till, shop: Shop, settle: Callable[[Answer, Till], Any]) -> None:
    own, foreign = pos.sell(), shop.order(("TEA-80", 1))
    for order_id in (own, foreign):
        settle(pos.post(f"/orders/{order_id}/reserve", key=f"hold {order_id}"), pos)
    assert pos.post(f"/orders/{own}/cancel", key="k1").status == 202
    refused = pos.post(f"/orders/{foreign}/cancel", key="k2")
    assert (refused.status, refused.code) == (403, "role_not_allowed")
    assert "supervisor" in refused.body["detail"]


def test_a_till_does_not_cancel_what_is_paid(
    pos: Till, supervisor: Till, settle: Callable[[Answer, Till], Any]
) -> None:
    order_id = _paid(pos, settle)
    assert pos.post(f"/orders/{order_id}/cancel", key="k2").code == "role_not_allowed"
    assert supervisor.post(f"/orders/{order_id}/cancel", key="k2").status == 202


def test_a_till_hears_that_an_order_is_cancelled_already(
    pos: Till, supervisor: Till, settle: Callable[[Answer, Till], Any]
) -> None:
    order_id = _paid(pos, settle)
    settle(supervisor.post(f"/orders/{order_id}/cancel", key="k2"), supervisor)
    again = settle(pos.post(f"/orders/{order_id}/cancel", key="k3"), pos)
    assert again["outcome"]["code"] == "order_cancelled"


def test_a_cancel_that_was_accepted_is_replayed_whatever_the_order_is_now(
    pos: Till, settle: Callable[[Answer, Till], Any]
) -> None:
    order_id = pos.sell()
    paying = pos.post(f"/orders/{order_id}/pay", CARD, key="k1")
    cancelling = pos.post(f"/orders/{order_id}/cancel", key="k2")
    settle(paying, pos)
    again = pos.post(f"/orders/{order_id}/cancel", key="k2")
    assert (again.status, again.body["id"]) == (202, cancelling.body["id"])


def _paid(pos: Till, settle: Callable[[Answer, Till], Any]) -> UUID:
    order_id = pos.sell()
    settle(pos.post(f"/orders/{order_id}/pay", CARD, key="k1"), pos)
    return order_id

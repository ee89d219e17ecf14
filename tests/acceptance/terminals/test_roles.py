"""Each role may do what the contract says, and is told which role may do the rest."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import pytest
from limits import RateLimitItemPerMinute

from orders.commands.core.roles import Role
from orders.models import Command, Order
from orders.terminals.api import limits
from orders.terminals.db.keys import create_terminal, revoke_terminal
from tests.support.shop.chain import Chain
from tests.support.shop.shop import PRICE_MINOR, Shop
from tests.support.shop.till import PREFIX, Answer, Till, document

CARD = {"tenders": [{"method": "card", "amount_minor": PRICE_MINOR}]}

EVERYBODY = set(Role)
SELLERS = {Role.POS, Role.SUPERVISOR, Role.BACKOFFICE}
SUPERVISORS = {Role.SUPERVISOR, Role.BACKOFFICE}
OFFICE = {Role.BACKOFFICE}
OVERSEERS = {Role.BACKOFFICE, Role.AUDITOR}
NOBODY: set[Role] = set()

_ROWS = [
    (
        (
            "look_up_commands find_command read_command list_orders read_order read_available_actions read_history"
            " read_shipment_status read_receipt read_changes movements items item check_available list_low_stock"
            " list_shortfalls list_products list_locations list_taxes read_own_store read_me rotate_own_key read_gaps"
            " read_drawer list_closings read_closing"
        ),
        EVERYBODY,
    ),
    (
        (
            "submit_commands pay reserve extend release cancel create_order replace_draft_lines put_order_customer"
            " open_own_drawer move_cash close_drawer"
        ),
        SELLERS,
    ),
    ("fulfill ship_item deliver take_back restore_order", SUPERVISORS),
    (
        (
            "retry_command dismiss_command receive adjust count transfer write_off reserve_items release_items"
            " commit_outbound import_stock put_reorder_point acknowledge_low_stock acknowledge_shortfall"
            " import_products put_product put_location put_tax put_own_store create_store_terminal make_enrol_code"
            " revoke_store_terminal void_invoice_number tell_void_again"
        ),
        OFFICE,
    ),
    ("list_terminals read_gaps_of_terminal read_invoice_pool report_invoice_numbers report_day", OVERSEERS),
]
WHO_MAY: dict[str, set[Role]] = {name: roles for names, roles in _ROWS for name in names.split()}
"""By operation of the document. Who is in no row has a call that nobody has thought about."""
KEYLESS = "enrol_terminal"

CALLS = {
    call["operationId"]: (method.upper(), path.removeprefix(PREFIX), call)
    for path, methods in document()["paths"].items()
    for method, call in methods.items()
}


def test_the_document_says_of_each_call_who_may() -> None:
    told = {name: set(call.get("x-roles", ())) for name, (_, _, call) in CALLS.items()}
    assert told == {**WHO_MAY, KEYLESS: NOBODY}


def shown(parameter: dict[str, Any]) -> Any:
    """The document's example."""
    if "example" in parameter:
        return parameter["example"]
    return next(iter(parameter["examples"].values()))["value"]


def called(till: Till, operation: str) -> Answer:
    """With the document's own examples, though of this day."""
    method, path, call = CALLS[operation]
    for parameter in call["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(shown(parameter))))
    asked = {
        parameter["name"]: shown(parameter)
        for parameter in call["parameters"]
        if parameter["in"] == "query" and parameter["required"]
    }
    body = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    query = f"?{urlencode(asked)}" if asked else ""
    return till.call(method, f"{path}{query}", body, **{"Idempotency-Key": "k1"})


@pytest.mark.parametrize("operation", sorted(WHO_MAY))
def test_a_call_needs_a_key_and_its_role(chain: Chain, operation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WRONG_KEYS", RateLimitItemPerMinute(10_000))
    revoked = create_terminal(store_id=chain.shop.store_id, name="a stolen one", role=Role.BACKOFFICE)
    revoke_terminal(store_id=chain.shop.store_id, name="a stolen one")
    refused = [called(Till(key), operation) for key in ("", "rk_nobody's", revoked)]
    assert [(one.status, one.code) for one in refused] == [(401, "key_missing"), *[(401, "key_invalid")] * 2]
    for role in set(Role) - WHO_MAY[operation]:
        answer = called(chain.tills[role], operation)
        assert (answer.status, answer.code) == (403, "role_not_allowed"), role
        least = next(role for role in Role if role in WHO_MAY[operation])
        assert f"the role {least}" in answer.body["detail"]
    assert not Command.objects.exists()
    assert not Order.objects.exists()
    for role in WHO_MAY[operation]:
        assert called(chain.tills[role], operation).status not in (401, 403), role


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

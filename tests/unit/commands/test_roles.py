"""Who may do what, and which commands an order can take now from whom."""

import itertools
from dataclasses import replace

import pytest

from orders.commands.core.machine import (
    DRAWER_KINDS,
    ORDER_KINDS,
    STOCK_KINDS,
    SYSTEM_KINDS,
    Fulfilment,
    Kind,
    PaymentStatus,
    Status,
)
from orders.commands.core.order import Order
from orders.commands.core.refusals import refuse_by_state
from orders.commands.core.roles import Action, Role, action_of, cancel_needs, least_role, may
from orders.commands.core.tenders import Method
from orders.sales.core.actions import TERMINAL_KINDS, available_actions
from tests.unit.build import NOW, hold, line, order, shipment

# Which roles may, least first.
RIGHTS = {
    Action.READ: "pos supervisor backoffice auditor",
    Action.SELL: "pos supervisor backoffice",
    Action.SUPERVISE: "supervisor backoffice",
    Action.DISCOUNT: "supervisor backoffice",
    Action.EXEMPT: "supervisor backoffice",
    Action.MOVE_STOCK: "backoffice",
    Action.EDIT_CATALOGUE: "backoffice",
    Action.READ_INVOICE_POOL: "backoffice auditor",
    Action.READ_REPORTS: "backoffice auditor",
    Action.REPAIR: "backoffice",
    Action.READ_REPAIRS: "backoffice auditor",
    Action.READ_TERMINALS: "backoffice auditor",
    Action.READ_DRAWERS: "supervisor backoffice auditor",
    Action.EDIT_TERMINALS: "backoffice",
}
NEEDS = {
    Kind.PAY: Action.SELL,
    Kind.RESERVE: Action.SELL,
    Kind.RELEASE: Action.SELL,
    Kind.CANCEL: Action.SELL,
    Kind.FULFILL: Action.SUPERVISE,
    Kind.DELIVER: Action.SUPERVISE,
    Kind.RETURN: Action.SUPERVISE,
    Kind.EXTEND: Action.SELL,
    **dict.fromkeys(STOCK_KINDS, Action.MOVE_STOCK),
    **dict.fromkeys(DRAWER_KINDS, Action.SELL),
}


@pytest.mark.parametrize("action", Action)
def test_rights(action: Action) -> None:
    allowed = [role for role in Role if may(role, action)]
    assert allowed == RIGHTS[action].split()
    assert least_role(action) == allowed[0]


@pytest.mark.parametrize("kind", sorted(set(Kind) - SYSTEM_KINDS))
def test_what_a_command_needs(kind: Kind) -> None:
    assert action_of(kind) is NEEDS[kind]


@pytest.mark.parametrize(
    ("status", "payment_status", "own", "needed"),
    [
        (Status.DRAFT, PaymentStatus.UNPAID, False, Action.SELL),
        (Status.PROCESSING, PaymentStatus.UNPAID, True, Action.SELL),
        (Status.PROCESSING, PaymentStatus.UNPAID, False, Action.SUPERVISE),
        (Status.PROCESSING, PaymentStatus.PAID, True, Action.SUPERVISE),
        (Status.PARTIALLY_SHIPPED, PaymentStatus.UNPAID, True, Action.SUPERVISE),
        (Status.PAID, PaymentStatus.PAID, True, Action.SUPERVISE),
        (Status.CANCELLED, PaymentStatus.UNPAID, False, Action.SELL),
    ],
)
def test_what_cancelling_needs(status: Status, payment_status: PaymentStatus, own: bool, needed: Action) -> None:
    assert cancel_needs(status=status, payment_status=payment_status, own=own) is needed


def test_a_terminal_submits_what_tasks_alone_do_not() -> None:
    assert sorted(ORDER_KINDS - SYSTEM_KINDS) == sorted(TERMINAL_KINDS)


TEA = line("TEA", 2)
SOLD = line("TEA", 2, shipped=2)


@pytest.mark.parametrize(
    ("found", "role", "own", "allowed"),
    [
        pytest.param(order(TEA), Role.POS, True, "pay reserve cancel", id="a draft"),
        pytest.param(order(TEA), Role.AUDITOR, True, "", id="an auditor"),
        pytest.param(order(), Role.POS, True, "cancel", id="an empty draft"),
        pytest.param(
            order(TEA, status=Status.PROCESSING, holds=(hold(TEA, 2, expires_at=NOW),)),
            Role.POS,
            True,
            "pay release extend cancel",
            id="held",
        ),
        pytest.param(
            order(TEA, status=Status.PROCESSING, holds=(hold(TEA, 2, expires_at=NOW),)),
            Role.POS,
            False,
            "pay release extend",
            id="another's",
        ),
        pytest.param(order(SOLD, status=Status.PAID, money={Method.CASH: 900}), Role.POS, True, "", id="sold, a till"),
        pytest.param(
            order(TEA, status=Status.PROCESSING, holds=(hold(TEA, 2),)),
            Role.POS,
            True,
            "pay release cancel",
            id="for ever",
        ),
        pytest.param(
            order(SOLD, status=Status.PAID, money={Method.CASH: 900}),
            Role.SUPERVISOR,
            False,
            "cancel return",
            id="sold, a supervisor",
        ),
        pytest.param(
            shipment(SOLD, status=Status.SHIPPED, money={Method.CASH: 900}),
            Role.BACKOFFICE,
            False,
            "deliver return",
            id="shipped",
        ),
        pytest.param(
            shipment(replace(TEA, backordered=2), status=Status.PROCESSING, money={Method.CASH: 900}),
            Role.SUPERVISOR,
            False,
            "cancel",
            id="waiting for all of its stock",
        ),
        pytest.param(
            shipment(line("TEA", 2, shipped=1, returned=1), status=Status.PARTIALLY_SHIPPED, money={Method.CASH: 900}),
            Role.SUPERVISOR,
            False,
            "fulfill cancel",
            id="all that was shipped came back",
        ),
    ],
)
def test_available_actions(found: Order, role: Role, own: bool, allowed: str) -> None:
    actions = available_actions(found, role=role, own=own)
    assert {action.kind for action in actions} == TERMINAL_KINDS
    assert {action.kind for action in actions if action.allowed} == set(allowed.split())
    assert all(action.allowed is (action.reason == "") for action in actions)


@pytest.mark.parametrize(
    ("kind", "role", "reason"),
    [
        (Kind.DELIVER, Role.POS, "There is nothing to deliver: the customer takes the goods along."),
        (Kind.FULFILL, Role.POS, "There is nothing to fulfill: the customer takes the goods along."),
        (Kind.PAY, Role.POS, "The order is already paid."),
        (Kind.RETURN, Role.POS, "Needs the role supervisor."),
        (Kind.RETURN, Role.AUDITOR, "Needs the role supervisor."),
    ],
)
def test_the_state_is_the_reason_before_the_role(kind: Kind, role: Role, reason: str) -> None:
    sold = order(SOLD, status=Status.PAID, money={Method.CASH: 900})
    (action,) = (one for one in available_actions(sold, role=role, own=True) if one.kind is kind)
    assert action.reason == reason


@pytest.mark.parametrize(
    ("kind", "fulfilment", "status", "told"),
    [
        (Kind.RELEASE, Fulfilment.IMMEDIATE, Status.DRAFT, "A draft is not held, so there is nothing to release."),
        (Kind.RELEASE, Fulfilment.SHIPMENT, Status.SHIPPED, "The order is shipped, so it cannot be released."),
        (Kind.EXTEND, Fulfilment.SHIPMENT, Status.DRAFT, "A draft is not held, so there is nothing to extend."),
        (Kind.RETURN, Fulfilment.SHIPMENT, Status.DRAFT, "The order is a draft, so it cannot be returned."),
        (Kind.FULFILL, Fulfilment.SHIPMENT, Status.DRAFT, "The order is a draft, so it cannot be fulfilled."),
        (Kind.DELIVER, Fulfilment.SHIPMENT, Status.PROCESSING, "The order is processing, so it cannot be delivered."),
        (Kind.CANCEL, Fulfilment.SHIPMENT, Status.SHIPPED, "The order is shipped, so it cannot be cancelled."),
        (Kind.PAY, Fulfilment.SHIPMENT, Status.RETURNED, "The order is returned, so it cannot be paid."),
    ],
)
def test_what_the_state_forbids_is_said_in_a_sentence(
    kind: Kind, fulfilment: Fulfilment, status: Status, told: str
) -> None:
    refusal = refuse_by_state(order(SOLD, status=status, fulfilment=fulfilment), kind)
    assert refusal
    assert refusal.detail == told


def test_every_refusal_of_a_state_is_a_sentence() -> None:
    for kind, fulfilment, status in itertools.product(ORDER_KINDS, Fulfilment, Status):
        refusal = refuse_by_state(order(SOLD, status=status, fulfilment=fulfilment), kind)
        if refusal:
            assert refusal.detail[0].isupper()
            assert refusal.detail.endswith(".")
            assert "_" not in refusal.detail

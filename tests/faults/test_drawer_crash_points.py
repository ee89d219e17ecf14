"""Whoever closes a drawer is killed with -9 at any step of it: each payment is in one closing, and the drawer is closed
once. So it is with one who opens it, or moves cash."""

import signal
from typing import Any

from orders.audit.round import audit
from orders.commands.core.machine import DRAWER_KINDS, Kind
from orders.models import Closing, Command, DrawerMovement, JournalEntry
from tests.support.processes.dying import Mortals
from tests.support.shop.rung import execute, run_drawer
from tests.support.shop.shop import open_shop, state

OF_ALL = [
    "before lock of the drawer",
    "after lock of the drawer",
    "before the drawer's command is settled",
    "before commit of the drawer",
    "after commit of the drawer",
]
OF_A_CLOSE = ["before the money is taken", "after the money is taken", "before the closing", "after the closing"]
STEPS: dict[Kind, tuple[dict[str, Any], list[str]]] = {
    Kind.DRAWER_OPEN: ({"float_minor": 100}, OF_ALL),
    Kind.DRAWER_MOVEMENT: ({"amount_minor": -30, "reason": "bank"}, OF_ALL),
    Kind.DRAWER_CLOSE: ({"counted": [{"method": "cash", "amount_minor": 0}]}, [*OF_ALL, *OF_A_CLOSE]),
}


def test_a_drawer_whose_worker_dies_at_any_step_goes_on(mortals: Mortals) -> None:
    assert set(STEPS) == DRAWER_KINDS
    shop = open_shop(shelf={"TEA-80": 1_000})
    till = shop.caller.terminal_id
    closed = 0
    for kind, (_, steps) in STEPS.items():
        for step in steps:
            for each, (payload, _) in STEPS.items():
                if each is Kind.DRAWER_CLOSE:
                    order_id, _ = shop.sale()
                    execute([order_id])
                command_id = shop.submit(each, drawer_id=till, **payload)
                if each is kind:
                    (mortals.plan / step).touch()
                    assert mortals.settle(f"drawer {till}") == signal.SIGKILL, (kind, step)
                    assert not (mortals.plan / step).exists(), (kind, step)
                    assert (state(command_id) == "applied") is (step == "after commit of the drawer"), (kind, step)
                assert run_drawer(till) == []
                assert state(command_id) == "applied", (kind, step)
            closed += 1
    assert [one.number for one in Closing.objects.order_by("number")] == list(range(1, closed + 1))
    assert [one.figures["sales"]["count"] for one in Closing.objects.all()] == [1] * closed
    assert DrawerMovement.objects.exclude(closing=None).count() == closed
    assert JournalEntry.objects.filter(kind="closing").count() == closed
    assert Command.objects.filter(kind="pay", closing=None).count() == 0
    assert audit() == []

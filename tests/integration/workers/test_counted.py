"""What a monitor is told of settling."""

import psycopg
import pytest
from prometheus_client import REGISTRY
from pytest_django.fixtures import Settings

from orders.commands.core.machine import Kind
from orders.journal.core.batch import DrawerSubject
from orders.models import Command
from tests.integration.workers.execute.test_faults import locked
from tests.support.database import connected_to
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import open_shop
from workers.run import run as run_subjects


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Gained:
    """What a figure gained since it was looked at first."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name, self._labels = name, labels
        self._before = told(name, **labels)

    def __call__(self) -> float:
        return told(self._name, **self._labels) - self._before


def test_a_batch_counts_what_became_of_each_of_its_commands_and_how_long_they_took(own_database: str) -> None:
    shop = open_shop(shelf={"TEA-80": 2})
    applied = Gained("ringup_commands_settled_total", kind="pay", outcome="succeeded")
    rejected = Gained("ringup_commands_settled_total", kind="pay", outcome="rejected")
    short = Gained("ringup_commands_refused_total", code="stock_insufficient")
    took, seconds = (Gained(f"ringup_settling_seconds_{part}", kind="pay") for part in ("count", "sum"))
    orders = [shop.sale()[0] for _ in range(3)]
    execute(orders)
    execute(orders)
    assert (applied(), rejected(), short(), took()) == (2, 1, 1, 3)
    assert 0 < seconds() < 60


def test_a_command_that_is_run_alone_is_counted_once(own_database: str) -> None:
    shop = open_shop()
    applied = Gained("ringup_commands_settled_total", kind="pay", outcome="succeeded")
    order_id, command_id = shop.sale()
    Command.objects.filter(id=command_id).update(attempts=1)
    run([order_id])
    assert applied() == 1


def test_a_drawers_commands_are_counted(own_database: str) -> None:
    shop = open_shop()
    opened, again = (
        Gained("ringup_commands_settled_total", kind="drawer_open", outcome=outcome)
        for outcome in ("succeeded", "rejected")
    )
    open_already = Gained("ringup_commands_refused_total", code="drawer_already_open")
    took = Gained("ringup_settling_seconds_count", kind="drawer_open")
    terminal_id = shop.caller.terminal_id
    assert terminal_id
    for _ in range(2):
        shop.submit(Kind.DRAWER_OPEN, drawer_id=terminal_id, float_minor=0)
    run_subjects([DrawerSubject(terminal_id)])
    assert (opened(), again(), open_already(), took()) == (1, 1, 1, 2)


def test_what_is_undone_is_not_counted_and_why_it_was_begun_anew_is(own_database: str, settings: Settings) -> None:
    settings.LOCK_TIMEOUT_MS = 100
    order_id, _ = open_shop().sale()
    settled = Gained("ringup_commands_settled_total", kind="pay", outcome="succeeded")
    waited = Gained("ringup_retries_total", cause="lock_not_available")
    with (
        locked(own_database, "orders_order"),
        connected_to(own_database),
        pytest.raises(psycopg.errors.LockNotAvailable),
    ):
        run([order_id])
    assert (settled(), waited()) == (0, 3)

"""A relay and a refill killed with -9 while accounting has had the request and nobody has had the answer."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders.accounting.outside.relay import relay_outbox
from orders.audit.round import audit
from orders.invoicing.outside.refill import WORK, refill_invoice_pool
from orders.models import InvoiceNumber, InvoiceRefill, JournalEntry
from project import env as environment
from tests.support.accounting.accounting import SimulatorBooks, simulator_books
from tests.support.network.http_faults import Fault
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

CHILD = """
import sys
import django
django.setup()
from orders.accounting.http import HttpAccounting
from {module} import {task}
{task}(HttpAccounting(sys.argv[1]))
"""
MODULES = {"relay_outbox": "orders.accounting.outside.relay", "refill_invoice_pool": "orders.invoicing.outside.refill"}
PATIENCE_S = 60


@pytest.fixture
def books(tmp_path: Path) -> Iterator[SimulatorBooks]:
    with simulator_books(tmp_path) as books:
        yield books


def kill_in_the_call(task: str, books: SimulatorBooks, stack_env: dict[str, str]) -> None:
    """Once accounting has answered, and before the answer gets through."""
    program = [sys.executable, "-c", CHILD.format(module=MODULES[task], task=task), books.proxy.url]
    with books.proxy.faulty(Fault.LATE):
        child = subprocess.Popen(program, env=stack_env, cwd=environment.PROJECT_FOLDER)
        books.proxy.wait_reached(seconds=PATIENCE_S)
        child.send_signal(signal.SIGKILL)
        assert child.wait(PATIENCE_S) == -signal.SIGKILL


@pytest.mark.usefixtures("own_database")
def test_a_killed_relay_is_repeated_and_books_once(stack_env: dict[str, str], books: SimulatorBooks) -> None:
    shop = open_shop(numbers=3)
    order_id, _ = shop.sale(("POSTAGE", 1))
    execute([order_id])
    kill_in_the_call("relay_outbox", books, stack_env)
    assert len(books.booked()) == 1
    assert JournalEntry.objects.get().state == "pending"
    assert relay_outbox(books.accounting).done == 0, "the dead one's lease holds"
    pass_time(seconds=WORK.lease.total_seconds())
    assert relay_outbox(books.accounting).done == 1
    assert [one.reference for one in books.booked()] == [JournalEntry.objects.get().accounting_reference]
    assert audit() == []


@pytest.mark.usefixtures("own_database")
def test_a_killed_refill_is_taken_over_and_loses_no_id(stack_env: dict[str, str], books: SimulatorBooks) -> None:
    open_shop(numbers=0)
    kill_in_the_call("refill_invoice_pool", books, stack_env)
    issued = books.issued()
    assert len(issued) == 2_000
    assert InvoiceNumber.objects.count() == 0
    assert refill_invoice_pool(books.accounting) == 0, "the dead one's lease holds"
    pass_time(seconds=WORK.lease.total_seconds())
    assert refill_invoice_pool(books.accounting) == 2_000
    assert list(InvoiceNumber.objects.order_by("id").values_list("number", flat=True)) == issued
    assert InvoiceRefill.objects.get().attempts == 2
    assert audit() == []

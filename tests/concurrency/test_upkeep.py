"""Two of the same task at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django.fixtures import Settings

from base.outside.share import Share
from base.sql.sets import cursor
from inventory.db.low_stock import report_low
from inventory.models import StockLevel
from orders.invoicing.db.pool import expect, sample
from orders.invoicing.outside import refill
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.journal.db import sweep as sweeping
from orders.models import InvoiceNumber, InvoicePool, InvoiceRefill
from tests.support.accounting.asked import Asked
from tests.support.accounting.simulator import simulating
from tests.support.network.statements import rewritten, stopped_before, without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize(("leased", "unique"), [(True, True), (False, True), (False, False)])
def test_two_refills(
    leased: bool, unique: bool, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    """The lease lets one ask. Without it both ask under one key, and get the same numbers. Only where two requests may
    be open as well are there two keys, and too many numbers."""
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 5, 20
    # As in two processes, each with its own share of threads.
    monkeypatch.setattr(refill, "WORK", replace(refill.WORK, share=Share(2, task="upkeep.refill_invoice_pool")))
    if not leased:
        rewritten(monkeypatch, "AND (lease_until IS NULL OR lease_until <= %(now)s)", "", about="orders_invoicerefill")
    if not unique:
        cursor().execute("DROP INDEX refill_open_once_per_store")
        rewritten(monkeypatch, "ON CONFLICT (store_id) WHERE stored_at IS NULL DO NOTHING", "")
        newest = "stored_at IS NULL AND lease_until IS NULL"
        rewritten(monkeypatch, "stored_at IS NULL", newest, about="orders_invoicerefill SET lease_until = %(until)s")
    shop = open_shop(numbers=0)
    with simulating(tmp_path) as simulator:
        accounting, gate = Asked(simulator.url), Gate()
        monkeypatch.setattr(accounting, "draft_ids", gate.after(accounting.draft_ids))
        first = begin(lambda: refill_invoice_pool(accounting))
        gate.wait_reached()
        second = begin(lambda: refill_invoice_pool(accounting))
        until_done_or_waiting(second)
        gate.open()
        came = first.result(PATIENCE_S) + second.result(PATIENCE_S)
    free = InvoiceNumber.objects.filter(store_id=shop.store_id, state="free").count()
    assert (len(accounting.keys), len(set(accounting.keys))) == (1 if leased else 2, 1 if unique else 2)
    assert came == free == (20 if unique else 40)
    assert not InvoiceRefill.objects.filter(stored_at=None).exists()


@transaction.atomic
def measure(shop: Shop, at: datetime) -> float:
    return sample(shop.store_id, now=at).burn_per_minute


@transaction.atomic
def bring(shop: Shop, before_commit: Callable[[], None] = lambda: None) -> None:
    """As a refill does."""
    shop.add_numbers(20)
    expect(shop.store_id, 20)
    before_commit()


@pytest.mark.parametrize("locked", [True, False])
def test_numbers_come_just_as_their_pool_is_measured(locked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock nobody would expect them: as many that sales take later would be none."""
    if not locked:
        without_lock(monkeypatch, about="FROM orders_invoicepool")
    shop, gate, now = open_shop(numbers=5), Gate(), timezone.now()
    measure(shop, now)
    stopped_before(monkeypatch, gate, about="SET free_expected = %b, sampled_at")
    measuring = begin(lambda: measure(shop, now + timedelta(seconds=60)))
    gate.wait_reached()
    coming = begin(lambda: bring(shop))
    until_done_or_waiting(coming)
    gate.open()
    assert measuring.result(PATIENCE_S) == pytest.approx(0)
    coming.result(PATIENCE_S)
    assert InvoicePool.objects.get().free_expected == (25 if locked else 5)


def test_a_pool_is_measured_just_as_numbers_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waited for them counts them, too: none of them is burnt."""
    shop, gate, now = open_shop(numbers=5), Gate(), timezone.now()
    measure(shop, now)
    stopped_before(monkeypatch, gate, about="FROM orders_invoicepool")
    measuring = begin(lambda: measure(shop, now + timedelta(seconds=60)))
    gate.wait_reached()

    def let_measure() -> None:
        gate.open()
        until_done_or_waiting(measuring)

    bring(shop, let_measure)
    assert measuring.result(PATIENCE_S) == pytest.approx(0)
    assert InvoicePool.objects.get().free_expected == 25


@pytest.mark.parametrize("skips", [True, False])
def test_two_sweepers(skips: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each rings for other commands, and neither waits. Otherwise the second waits, then rings for the same ones."""
    if not skips:
        without_lock(monkeypatch, about="SET ring_at")
    shop = open_shop()
    commands = {shop.sale()[1] for _ in range(6)}
    later = timezone.now() + timedelta(seconds=10)

    def sweep() -> set[object]:
        return {one.command_id for one in sweeping.due(now=later, limit=4)}

    with transaction.atomic():
        first = sweep()
        other = begin(sweep)
        until_done_or_waiting(other)
        assert other.done() is skips
    second = other.result(PATIENCE_S)
    assert len(first) == 4
    assert (first | second == commands and not first & second) is skips


def test_what_was_swept_is_due_again_only_later() -> None:
    """After as long as it has been pending by then: a backlog is not rung for every second."""
    _, command_id = open_shop().sale()
    then = timezone.now() + timedelta(seconds=10)

    def swept(after_s: int) -> list[object]:
        return [one.command_id for one in sweeping.due(now=then + timedelta(seconds=after_s), limit=4)]

    assert swept(0) == [command_id]
    assert swept(9) == []
    assert swept(11) == [command_id]


def test_two_who_look_report_a_low_level_once() -> None:
    shop, gate, now = open_shop(shelf={"TEA-80": 1}), Gate(), timezone.now()
    StockLevel.objects.filter(store_id=shop.store_id).update(reorder_point=5)

    @transaction.atomic
    def look() -> int:
        found = sum(map(len, report_low(now=now)))
        gate.before(lambda: None)()
        return found

    first = begin(look)
    gate.wait_reached()
    second = begin(look)
    until_done_or_waiting(second)
    gate.open()
    assert [first.result(PATIENCE_S), second.result(PATIENCE_S)] == [1, 0]


def test_two_measure_a_pool_for_the_first_time() -> None:
    shop, gate, now = open_shop(numbers=5), Gate(), timezone.now()

    @transaction.atomic
    def measured() -> int:
        free = sample(shop.store_id, now=now).free
        gate.before(lambda: None)()
        return free

    first = begin(measured)
    gate.wait_reached()
    second = begin(measured)
    until_done_or_waiting(second)
    gate.open()
    assert [first.result(PATIENCE_S), second.result(PATIENCE_S)] == [5, 5]

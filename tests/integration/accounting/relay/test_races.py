"""Relays that meet, and relays that die: every entry is booked once."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from base.outside.lease_loop import Failure, Fate, Ran
from base.outside.share import Share
from orders.accounting import db as outbox
from orders.accounting.db import failed, give_back, lease_due, posted
from orders.accounting.outside import relay
from orders.accounting.outside.relay import WORK, relay_outbox
from orders.audit.round import audit
from orders.models import JournalEntry, Order
from tests.support.accounting.paper_books import PaperBooks
from tests.support.network.statements import without_lock
from tests.support.network.threads import PATIENCE_S, Gate, begin, until_done_or_waiting
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def sales() -> list[UUID]:
    shop = open_shop(numbers=20)
    sold = [shop.sale(("POSTAGE", 1))[0] for _ in range(4)]
    execute(sold)
    return sold


def keys(books: PaperBooks) -> list[str]:
    return [key for key, _ in books.told]


def lease_one() -> list[UUID]:
    now = timezone.now()
    leased, _ = lease_due(None, limit=1, now=now, until=now + WORK.lease)
    return [one.id for one in leased]


@pytest.mark.parametrize("is_locked", [True, False])
def test_two_relays_lease_different_entries(
    sales: list[UUID], is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_locked:
        without_lock(monkeypatch, about="orders_journalentry")
    with transaction.atomic():
        mine = lease_one()
        other = begin(lease_one)
        until_done_or_waiting(other)
    assert (other.result(PATIENCE_S) != mine) is is_locked


def test_two_relays_at_once_send_each_entry_once(sales: list[UUID], monkeypatch: pytest.MonkeyPatch) -> None:
    """As in two processes: the lock that keeps to one a process is away."""
    monkeypatch.setattr(relay, "WORK", replace(relay.WORK, share=Share(2, task="upkeep.relay_outbox")))
    books, gate = PaperBooks(), Gate()
    slow = begin(lambda: relay_outbox(_Gated(books, gate)))
    gate.wait_reached()
    quick = relay_outbox(books)
    gate.open()
    assert quick.done + slow.result(PATIENCE_S).done == 4
    assert sorted(keys(books)) == sorted(f"corner/{one.invoice.number}" for one in Order.objects.all())
    assert audit() == []


def test_one_relay_runs_in_a_process(sales: list[UUID]) -> None:
    books, gate = PaperBooks(), Gate()
    running = begin(lambda: relay_outbox(_Gated(books, gate)))
    gate.wait_reached()
    assert relay_outbox(books) == Ran()
    gate.open()
    assert running.result(PATIENCE_S).done == 4


def test_a_relay_that_dies_after_the_call_is_repeated_under_the_same_key(
    sales: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    books = PaperBooks()

    def dies(*_: object, **__: object) -> int:
        raise SystemExit("killed between the answer and the commit")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "posted", dies)
        with pytest.raises(SystemExit):
            relay_outbox(books)
    told_before = keys(books)
    assert relay_outbox(books).done == 2, "the lease of the dead one holds"
    pass_time(seconds=WORK.lease.total_seconds())
    assert relay_outbox(books).done == 2
    assert keys(books)[-2:] == told_before
    assert len(books.booked) == 4
    assert audit() == []


def test_who_has_lost_the_lease_changes_nothing(sales: list[UUID]) -> None:
    now = timezone.now()
    lapsed = now + timedelta(seconds=1)
    (late,), _ = lease_due(None, limit=1, now=now, until=lapsed)
    pass_time(seconds=2)
    (again,), _ = lease_due(None, limit=1, now=timezone.now(), until=now + WORK.lease)
    assert again.id == late.id
    assert posted([(late.id, "JE-LATE")], lease_until=lapsed, now=now) == 0
    lost = Failure(item=late, fate=Fate.PARKED, error="no answer", next_attempt_at=now)
    failed([lost], lease_until=lapsed)
    give_back([late.id], lease_until=lapsed)
    assert posted([(again.id, "JE-1")], lease_until=now + WORK.lease, now=now) == 1
    entry = JournalEntry.objects.get(id=late.id)
    assert (entry.state, entry.accounting_reference, entry.attempts) == ("posted", "JE-1", 0)


class _Gated:
    """Paper books whose first entry waits at the gate."""

    def __init__(self, books: PaperBooks, gate: Gate) -> None:
        self.post = gate.before(books.post)

"""Tryton as the accounting system that the settings choose: the tasks post to it."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.models import InvoiceRefill, JournalEntry, VoidNotice
from tests.support.tryton.books import TrytonBooks, tryton_books
from tests.support.tryton.server import Tryton
from workers import upkeep

TARGET = 6
"""Numbers of a pool that was filled."""


@pytest.fixture
def books(tryton: Tryton, settings: Settings) -> Iterator[TrytonBooks]:
    settings.ACCOUNTING_ADAPTER = "orders.accounting.tryton.TrytonAccounting"
    settings.ACCOUNTING_URL = tryton.url
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 2, TARGET
    settings.INVOICE_POOL_TARGET_MAX, settings.INVOICE_POOL_COVERS_MIN = TARGET, 0
    upkeep.accounting.cache_clear()
    with tryton_books(tryton) as books:
        yield books
    upkeep.accounting.cache_clear()


def filled() -> int:
    """How many numbers came, once none is missing: the first call of all may take Tryton longer than a call waits."""
    fetched: int = upkeep.refill_invoice_pool()["fetched"]
    while InvoiceRefill.objects.filter(stored_at=None).update(next_attempt_at=timezone.now()):
        fetched += upkeep.refill_invoice_pool()["fetched"]
    return fetched


def relayed() -> Counter[str]:
    """What was told, once all is: it may take Tryton longer than a run lasts."""
    told: Counter[str] = Counter()
    while _are_made_due():
        told.update(upkeep.relay_outbox())
    return told


def _are_made_due() -> int:
    entries = JournalEntry.objects.filter(state="pending").update(next_attempt_at=timezone.now())
    return entries + VoidNotice.objects.filter(told_at=None).update(next_attempt_at=timezone.now())

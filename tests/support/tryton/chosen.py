"""Tryton as the accounting system that the settings choose: the tasks post to it."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

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

"""Cashiers. Their calls carry small JSON bodies: see the conftest of this room."""

import pytest

from tests.support.shop.cashier import Cashier, Settle
from tests.support.shop.till import Till


@pytest.fixture
def cashier(pos: Till, settle: Settle) -> Cashier:
    return Cashier(pos, settle)


@pytest.fixture
def boss(supervisor: Till, settle: Settle) -> Cashier:
    return Cashier(supervisor, settle)

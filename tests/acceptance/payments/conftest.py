"""Fixtures of this room."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.fixtures import account, localstripe_url
from tests.support.shop.counter import Counter
from tests.support.shop.drifts import broken_by
from tests.support.shop.till import Answer, Till

__all__ = ["account", "localstripe_url"]


@pytest.fixture
def counter(supervisor: Till, settle: Callable[[Answer, Till], Any]) -> Iterator[Counter]:
    """Whatever happened there, it adds up in the end."""
    yield Counter(supervisor, settle)
    assert broken_by() == set()

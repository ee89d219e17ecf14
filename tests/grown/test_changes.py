"""A page of changes reads what it shows, however much there is."""

from functools import partial

import pytest

from orders.feed.core.cursor import Place
from orders.feed.db.changes import FIRST, SOURCES, changes
from orders.feed.db.horizon import horizon
from tests.support.grown.plans import held

pytestmark = pytest.mark.usefixtures("grown_database")

LIMIT = 200
ALL = 2**62


def test_from_the_start() -> None:
    held(partial(changes, 1, after=FIRST, before=ALL, limit=LIMIT))


@pytest.mark.parametrize("source", range(len(SOURCES)))
def test_far_down(source: int) -> None:
    first = changes(1, after=Place(0, source, 0), before=ALL, limit=1)
    held(partial(changes, 1, after=Place(first[0].place.changed_in, source, 500_000), before=ALL, limit=LIMIT))


def test_where_nothing_is_new() -> None:
    seen = horizon()
    held(partial(changes, 1, after=Place(seen.before - 1, len(SOURCES), 0), before=seen.before, limit=LIMIT))

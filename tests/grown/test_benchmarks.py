"""What a benchmark asks while others sell: it takes nothing of what it measures."""

import pytest

from base.sql.sets import cursor
from benchmarks.quiet import IS_PENDING
from tests.support.grown.plans import held

pytestmark = pytest.mark.usefixtures("grown_database")


def test_whether_anything_is_pending() -> None:
    held(lambda: cursor().execute(IS_PENDING).fetchall())

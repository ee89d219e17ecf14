"""Breaking the books by plain SQL, whatever guards them."""

from collections.abc import Iterable, Iterator

from django.db import transaction

from base.sql.laws import Walk
from base.sql.sets import cursor
from orders.audit.db.walks import WALKS
from tests.support.shop.guards import unguarded


def broken_by(*statements: str, walks: Iterable[Walk] = WALKS) -> set[str]:
    """The laws that the audit sees broken; each statement changed something. Nothing of it stays."""
    with transaction.atomic(), unguarded():
        for statement in statements:
            assert cursor().execute(statement.encode()).rowcount != 0, f"nothing changed: {statement}"
        laws = {law for walk in walks for law in _laws_of(walk)}
        transaction.set_rollback(True)
    return laws


def _laws_of(walk: Walk) -> Iterator[str]:
    after = None
    while ids := walk.ids(after, limit=1_000):
        yield from (drift.law for drift in walk.drifts(ids))
        after = ids[-1]

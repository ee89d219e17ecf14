"""What breaks a law, with the amounts in it as people write them.

A law marks them by a currency sign, ¤, in smallest units: whose money it is, is looked up for what is broken alone.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from base.currencies import said
from base.drift import Drift
from base.sql.sets import cursor

_MARKED = re.compile("¤(-?[0-9]*)")

_CURRENCIES = """
    SELECT id::text, currency FROM orders_order WHERE id = ANY(%(ids)b)
    UNION ALL SELECT closing.id::text, currency FROM orders_closing AS closing
        JOIN inventory_store AS store ON store.id = closing.store_id WHERE closing.id = ANY(%(ids)b)
"""


def in_money(drifts: Sequence[Drift]) -> list[Drift]:
    marked = {drift.subject for drift in drifts if _MARKED.search(drift.detail)}
    currencies: dict[str, str] = dict(cursor().execute(_CURRENCIES, {"ids": _ids(marked)}).fetchall()) if marked else {}
    return [_written(drift, currencies.get(drift.subject, "")) for drift in drifts]


def _ids(subjects: set[str]) -> list[UUID]:
    ids = []
    for subject in subjects:
        with suppress(ValueError):
            ids.append(UUID(subject))
    return ids


def _written(drift: Drift, currency: str) -> Drift:
    """Nothing, where a sum is of no rows."""
    detail = _MARKED.sub(lambda found: said(int(found[1]), currency).strip() if found[1] else "nothing", drift.detail)
    return replace(drift, detail=detail)

"""Cells: stacks whose ids never meet. Each counts in steps of so many, from a place of its own."""

from collections.abc import Mapping

from django.db import transaction

from base.sql.retry_transient import retry_transient
from base.sql.sets import cursor
from orders.moving.db.tables import NUMBERED_BY_PEOPLE, TABLES, Table

CELLS_MAX = 64
FIRST_OF_OTHERS = 2**36
"""Above what a stack has counted to that began alone. 64 cells of 2^40 ids each are exact in JSON."""

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'"

_SEQUENCE = "SELECT pg_get_serial_sequence(%s, 'id')"

_STEP = "SELECT seqincrement FROM pg_sequence WHERE seqrelid = %s::regclass"

_GO_ON_FROM = "SELECT setval(%s::regclass, %s, %s)"


def sequences() -> dict[str, Table]:
    """Sequence -> the table whose `key` counts by it."""
    found = {}
    for table in TABLES:
        if "id" in table.columns:
            row = cursor().execute(_SEQUENCE, (table.name,)).fetchone()
            if row and row[0]:
                found[row[0]] = Table(table.name, store=table.store)
        if table.sequence:
            found[table.sequence] = table
    return found


class IsAnother(Exception):
    """The stack is another cell already."""


def become_cell(number: int) -> None:
    """From now on ids are counted as those of this cell. `number`: 0, of the stack that was there first, to 63. One
    sequence after the other, so that whoever is killed in between begins again. Locks each, against who counts. Raises
    IsAnother, and nothing is changed."""
    places = {name: _counted(name) for name in _of_ids()}
    others = {last % CELLS_MAX for last, step in places.values() if step == CELLS_MAX} - {number}
    if others:
        raise IsAnother(f"this is cell {min(others)}")
    for name, (_, step) in places.items():
        if step != CELLS_MAX:
            retry_transient(lambda name=name: _count_as(name, number))  # type: ignore[misc]


def is_cell() -> bool:
    return all(_counted(name)[1] == CELLS_MAX for name in _of_ids())


def highest(store_id: int) -> dict[str, int]:
    """Sequence -> the highest number that the store has of it."""
    found = {}
    for name, table in sequences().items():
        asked = f"SELECT max({table.key}) FROM {table.name} WHERE {table.of_store}"
        row = cursor().execute(asked.encode(), {"store_id": store_id}).fetchone()
        if row and row[0]:
            found[name] = row[0]
    return found


def count_above(reached: Mapping[str, int]) -> None:
    """What is made here from now on comes after what the store has. Locks each sequence that is behind, against who
    counts: a number that was given meanwhile is never given again."""
    for name in sequences().keys() & reached.keys():
        retry_transient(lambda name=name: _go_on_above(name, reached[name]))  # type: ignore[misc]


def _of_ids() -> list[str]:
    return [name for name in sequences() if name != NUMBERED_BY_PEOPLE]


def _count_as(name: str, number: int) -> None:
    with transaction.atomic():
        cursor().execute(LOCK_TIMEOUT)
        cursor().execute(f"ALTER SEQUENCE {name} INCREMENT BY {CELLS_MAX}".encode())
        last, _ = _counted(name)
        above = max(last, FIRST_OF_OTHERS if number else 0)
        cursor().execute(_GO_ON_FROM, (name, (above // CELLS_MAX + 1) * CELLS_MAX + number, False))


def _go_on_above(name: str, reached: int) -> None:
    with transaction.atomic():
        last, step = _counted(name)
        if last >= reached:
            return
        cursor().execute(LOCK_TIMEOUT)
        cursor().execute(f"ALTER SEQUENCE {name} INCREMENT BY {step}".encode())
        last, _ = _counted(name)
        cursor().execute(_GO_ON_FROM, (name, last + max(reached - last + step - 1, 0) // step * step, True))


def _counted(name: str) -> tuple[int, int]:
    """The last number that was given, or would be before the first one, and the step."""
    stands = cursor().execute(f"SELECT last_value, is_called FROM {name}".encode()).fetchone()
    step = cursor().execute(_STEP, (name,)).fetchone()
    assert stands
    assert step
    return stands[0] if stands[1] else stands[0] - step[0], step[0]

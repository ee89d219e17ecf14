"""Looking at conservation laws, a part of the books at a time: each law is a query of the rows that break it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from base.drift import Drift
from base.sql.sets import cursor

# One snapshot for all laws of a part, so that running sales do not matter. What a law reads of a part is found by index
# (see project.database) and then joined as the planner likes best, who has to know how large the part is.
_BEGIN = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
    "SET LOCAL enable_hashjoin = on",
    "SET LOCAL enable_mergejoin = on",
    "SET LOCAL plan_cache_mode = force_custom_plan",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Laws about one kind of row, and all that belongs to such a row: they hold or not for a few of them at a time.

    `first`, `next`: of `limit` rows the ids in order, those from the first on or those that come `after` one.
    `parts`: table -> the rows of it that belong to the rows with these `ids`. Within a law the table's name means just
    them; a table that is not here is all of it. `laws`: name -> query of (subject, detail, command id). It has no other
    per cent sign than those of format() and of its `ids`.
    """

    name: str
    first: str
    next: str
    parts: Mapping[str, str] = field(default_factory=dict)
    laws: Mapping[str, str]

    def ids(self, after: Any, *, limit: int) -> list[Any]:
        sql, given = (self.first, {"limit": limit}) if after is None else (self.next, {"after": after, "limit": limit})
        return [id_ for (id_,) in cursor().execute(sql.encode(), given)]

    def drifts(self, ids: Sequence[Any]) -> Iterator[Drift]:
        for law, query in self.queries():
            yield from _drifts(law, query, {"ids": list(ids)})

    def queries(self) -> Iterator[tuple[str, str]]:
        """Law -> its query of `ids`."""
        parts = ", ".join(f"{table} AS MATERIALIZED ({rows})" for table, rows in self.parts.items())
        for law, query in self.laws.items():
            bound = query.replace("%s", "%%s")
            yield law, f"WITH {parts} {bound}" if parts else bound


def begin_reading() -> None:
    """For the transaction that has just begun."""
    for statement in _BEGIN:
        cursor().execute(statement.encode())


def _drifts(law: str, query: str, given: Mapping[str, Any]) -> Iterator[Drift]:
    for subject, detail, command_id in cursor().execute(query.encode(), given):
        yield Drift(law, str(subject), detail, str(command_id) if command_id else None)

"""Sees every state that the database ever was in, from outside, and finds what is wrong with it."""

from collections import ChainMap, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from orders.commands.core.machine import MONEY_KINDS, Kind
from tests.simulation.laws import LAWS, TABLES
from tests.simulation.outside import Bank, Books
from tests.simulation.server import Server
from tests.simulation.tills import Counter, Sent

_COMMANDS = """
    SELECT json_agg(json_build_array(
        id, order_id, store_id, drawer_id, terminal_id, kind, state, blocked_by_id IS NOT NULL, outcome_code,
        outcome::text, result::text, settled_at
    ) ORDER BY seq)
    FROM orders_command WHERE age(xmin) <= age(%(since)s::text::xid)
"""
"""What was written by whoever had not ended before."""
_WRITTEN = " UNION ALL ".join(
    f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table} WHERE age(xmin) <= age(%(since)s::text::xid))"
    for table in sorted(set[str]().union(*TABLES.values()))
)
_CHANGED = f"""
    SELECT seen, CASE WHEN seen <> %(seen)s THEN ARRAY({_WRITTEN}) END,
        CASE WHEN seen <> %(seen)s THEN ({_COMMANDS}) END
    FROM (SELECT pg_current_snapshot()::text AS seen) AS now
"""
"""What is seen changes whenever a transaction that wrote something has ended. Nothing is looked at where it did not."""
ALWAYS = {"levels"}
"""Holds that are gone were not written."""

FINAL = {"succeeded", "rejected", "dismissed"}
COUNTS_SALES = {Kind.DRAWER_OPEN, Kind.DRAWER_CLOSE}
"""What comes, if it is not refused, after every sale of its terminal that was accepted before it and is not stopped."""


class Row(NamedTuple):
    id: UUID
    order_id: UUID | None
    store_id: int
    drawer_id: int | None
    terminal_id: int | None
    kind: str
    state: str
    is_blocked: bool
    outcome_code: str | None
    outcome: str
    result: str | None
    settled_at: Any

    @property
    def line(self) -> Hashable:
        """In which each has its turn after the other."""
        return ("drawer", self.drawer_id) if self.drawer_id else self.order_id or self.store_id

    @property
    def told(self) -> tuple[Any, ...]:
        return self.state, self.outcome_code, self.outcome, self.result, self.settled_at


class Judge:
    """`told`: what others find wrong; `stopped`: the orders with a command that is parked, or awaits its provider."""

    def __init__(self, server: Server, counters: Sequence[Counter], books: Books, bank: Bank) -> None:
        self.told: list[str] = []
        self.stopped = frozenset[UUID]()
        self._server = server
        self._outside = [self.told, *(one.broken for one in counters), books.line.broken, bank.line.broken]
        self._known = [one.by_id for one in counters]
        self._sent = ChainMap(*self._known)
        self._seen = "0:0:"
        self._there = set[UUID]()
        self._final: dict[UUID, tuple[Any, ...]] = {}
        self._waiting: dict[UUID, Row] = {}
        self._was_stopped = set[UUID]()

    def broken(self, *, is_committed: bool) -> list[str]:
        """What is wrong now; in the database only if something may have been committed, and by what was written
        since."""
        outside = [wrong for one in self._outside for wrong in one]
        if not is_committed:
            return outside
        params = {"seen": self._seen, "since": self._seen.partition(":")[0]}
        [(seen, written, changed)] = self._server.execute(_CHANGED, params)
        if seen == self._seen:
            return outside
        self._seen = seen
        laws = [name for name, tables in TABLES.items() if name in ALWAYS or not tables.isdisjoint(written)]
        return [*outside, *self._broken(laws), *self._look_at(_rows(changed)), *self._missing(self._there)]

    def broken_of_all(self) -> list[str]:
        """In all that there is, whether or not it seemed to change."""
        [(all_of_them,)] = self._server.execute(_COMMANDS, {"since": "0"})
        rows = _rows(all_of_them)
        return [*self._broken(LAWS), *self._look_at(rows), *self._missing({row.id for row in rows})]

    def _broken(self, laws: Iterable[str]) -> Iterator[str]:
        return (f"{law}: {what}" for law in laws for (what,) in self._server.execute(LAWS[law]))

    def _missing(self, there: set[UUID]) -> Iterator[str]:
        for known in self._known:
            yield from (f"{id_} was accepted, and is not there" for id_ in known.keys() - there)

    def _look_at(self, rows: Sequence[Row]) -> list[str]:
        broken, settled = list[str](), list[Row]()
        for row in rows:
            self._there.add(row.id)
            if row.state in FINAL:
                self._waiting.pop(row.id, None)
                if row.id not in self._final:
                    settled.append(row)
                if (before := self._final.setdefault(row.id, row.told)) != row.told:
                    broken.append(f"{row.id} was answered {before}, then {row.told}")
            elif row.id in self._final:
                broken.append(f"{row.id} was settled, and is {row.state}")
            else:
                self._waiting[row.id] = row
                if row.is_blocked or row.state != "pending":
                    self._was_stopped.add(row.id)
        self.stopped = frozenset(
            row.order_id for row in self._waiting.values() if row.order_id and row.state != "pending"
        )
        return [*broken, *self._overtaking(settled)]

    def _overtaking(self, settled: Sequence[Row]) -> Iterator[str]:
        """What was stopped once may go on between a closing's look and its commit, and is the next one's."""
        if not settled:
            return
        lines, sales = defaultdict[Hashable, list[Sent]](list), defaultdict[Any, list[Sent]](list)
        for row in self._waiting.values():
            if sent := self._sent.get(row.id):
                is_free = row.id not in self._was_stopped
                if is_free or not row.drawer_id:
                    lines[row.line].append(sent)
                if is_free and row.kind in MONEY_KINDS:
                    sales[row.terminal_id].append(sent)
        for row in settled:
            if (sent := self._sent.get(row.id)) and row.state != "dismissed":
                counts = row.kind in COUNTS_SALES and row.state == "succeeded"
                others = [*lines[row.line], *(sales[row.drawer_id] if counts else ())]
                yield from (_overtook(other, sent, row.id) for other in others if _is_before(other, sent))


def _rows(found: Sequence[Sequence[Any]] | None) -> list[Row]:
    return [Row(UUID(id_), order_id and UUID(order_id), *others) for id_, order_id, *others in found or ()]


def _is_before(other: Sent, sent: Sent) -> bool:
    return other.answered is not None and other.answered < sent.began


def _overtook(other: Sent, sent: Sent, id_: UUID) -> str:
    return f"{other.submission.kind} was accepted before {sent.submission.kind} {id_} was sent"

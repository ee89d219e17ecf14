"""The file in which a till keeps what it sends: each command is on disk before it leaves, and stays there with what
became of it.

Several threads and processes may have the file open. Two of them may send one command at the same time: under its key
it is one command all the same, so that nobody has to wait for a lock that a killed process would have kept.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from typing import Any

from ringup_client.database import Database, marks
from ringup_client.errors import KeyReused, OtherTerminal
from ringup_client.outcome import FINAL, OPEN, TAKEN, UNANSWERED, State, number_of
from ringup_client.values import Asked, OfOrder, Order, as_json

_COLUMNS = "number, key, kind, order_id, item, sold_at, state, told, tries"
_DRAWER_KINDS = "('drawer_open', 'drawer_movement', 'drawer_close')"
_FINAL = f"state IN {marks(FINAL)}"
_GOES_FIRST = f"""
    SELECT {_COLUMNS} FROM commands
    WHERE number <= :number AND state IN {marks(UNANSWERED)}
      AND (number = :number OR subject = :subject OR :subject = 'drawer' OR number <= (
          SELECT max(number) FROM commands
          WHERE subject = 'drawer' AND number < :number AND state IN {marks(UNANSWERED)}))
    ORDER BY number"""
"""The command, and what has to be there before it: of its own order, and whatever comes before a drawer's command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A command in the file. `item`: as it is sent, but for its sequence. `told`: what the server said of it last.
    `tries`: how often it was sent. `was_unsent`: it had never left before this try."""

    number: int
    key: str
    kind: str
    order_id: str | None
    item: Mapping[str, Any]
    sold_at: datetime
    state: State
    told: Mapping[str, Any]
    tries: int
    was_unsent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is known of a command now."""

    number: int
    state: State
    told: Mapping[str, Any]


class Outbox:
    def __init__(self, path: str | PathLike[str]) -> None:
        self._database = Database(path)

    def close(self) -> None:
        self._database.close()

    def keep(self, asked: Asked, *, key: str, at: datetime) -> Row:
        """The command is on disk; the same key with the same command is the same row."""
        item, order_id = _item(asked, key=key, at=at)
        with self._database.transaction() as run:
            found = run(f"SELECT {_COLUMNS} FROM commands WHERE key = ?", (key,)).fetchone()
            if found:
                return _same(_row(found), item)
            subject = order_id or ("drawer" if f"'{asked.kind}'" in _DRAWER_KINDS else "stock")
            run(
                "INSERT INTO commands (key, kind, subject, order_id, item, sold_at, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, asked.kind, subject, order_id, json.dumps(item), at.isoformat(), State.UNSENT),
            )
            return _row(run(f"SELECT {_COLUMNS} FROM commands WHERE key = ?", (key,)).fetchone())

    def take(self, number: int) -> list[Row]:
        """The command with what goes before it, to be sent now: from here on they may have left. None if it was
        answered."""
        with self._database.transaction() as run:
            subject = run("SELECT subject FROM commands WHERE number = ?", (number,)).fetchone()[0]
            rows = run(_GOES_FIRST, {"number": number, "subject": subject}).fetchall()
            return _taken(run, rows)

    def take_all(self, *, after: int, limit: int) -> list[Row]:
        """Those that have no answer, the oldest first."""
        unanswered = f"SELECT {_COLUMNS} FROM commands WHERE state IN {marks(UNANSWERED)} AND number > ?"
        with self._database.transaction() as run:
            return _taken(run, run(f"{unanswered} ORDER BY number LIMIT ?", (after, limit)).fetchall())

    def give_back(self, rows: Iterable[Row]) -> None:
        """No try of them has left. Who has tried meanwhile knows better."""
        with self._database.transaction() as run:
            for row in rows:
                if row.was_unsent:
                    run(
                        f"UPDATE commands SET state = '{State.UNSENT}' WHERE number = ? AND tries = ?"
                        f" AND state = '{State.UNKNOWN}'",
                        (row.number, row.tries),
                    )

    def note(self, notes: Iterable[Note]) -> None:
        """What is final stays, whoever heard something older later. What may have been printed is not forgotten."""
        now = datetime.now(UTC).isoformat()
        with self._database.transaction() as run:
            for note in notes:
                told, final_at = dict(note.told), now if note.state in FINAL else None
                (before,) = run("SELECT told FROM commands WHERE number = ?", (note.number,)).fetchone() or ("{}",)
                if (printed := number_of(json.loads(before))) and not number_of(told):
                    told["printed"] = printed
                run(
                    f"UPDATE commands SET state = ?, told = ?, final_at = ? WHERE number = ? AND NOT ({_FINAL})",
                    (note.state, json.dumps(told), final_at, note.number),
                )

    def lost(self, numbers: Iterable[int]) -> None:
        """The server has never heard of them, or does not know of them any more: they have to be sent again."""
        with self._database.transaction() as run:
            for number in numbers:
                run(f"UPDATE commands SET state = '{State.UNSENT}' WHERE number = ? AND NOT ({_FINAL})", (number,))

    def send_again(self, *, since: datetime) -> int:
        """What was taken since then is to be sent once more, under its keys, to a server that was restored. What it had
        rejected is not: today it might not."""
        with self._database.transaction() as run:
            return run(
                f"UPDATE commands SET state = '{State.UNKNOWN}', final_at = NULL"
                f" WHERE sold_at >= ? AND state IN {marks(TAKEN)}",
                (since.astimezone(UTC).isoformat(),),
            ).rowcount

    def row(self, key: str) -> Row | None:
        with self._database.reading() as run:
            found = run(f"SELECT {_COLUMNS} FROM commands WHERE key = ?", (key,)).fetchone()
        return _row(found) if found else None

    def rows(self, keys: Iterable[str]) -> list[Row]:
        return [row for key in keys if (row := self.row(key))]

    def open_rows(self) -> list[Row]:
        """All that is not final, the oldest first."""
        with self._database.reading() as run:
            rows = run(f"SELECT {_COLUMNS} FROM commands WHERE state IN {marks(OPEN)} ORDER BY number").fetchall()
        return [_row(row) for row in rows]

    def prune(self, *, before: datetime, limit: int) -> int:
        """So many of those that have been final since before then leave the file. How far it had counted stays."""
        with self._database.transaction() as run:
            old = "SELECT number FROM commands WHERE final_at <= ? LIMIT ?"
            found = (before.astimezone(UTC).isoformat(), limit)
            gone = run(f"DELETE FROM commands WHERE number IN ({old}) RETURNING number", found).fetchall()
            if gone:
                _set(run, {"pruned_to": str(max(_pruned_to(run), *(number for (number,) in gone)))})
            return len(gone)

    def fact(self, name: str) -> str | None:
        with self._database.reading() as run:
            found = run("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def set_facts(self, facts: Mapping[str, str | None]) -> None:
        with self._database.transaction() as run:
            _set(run, facts)

    def meet(self, terminal: str, *, last_sequence: int, facts: Mapping[str, str]) -> None:
        """From now on the file is this terminal's: its count goes on where the server's ends."""
        with self._database.transaction() as run:
            known = run("SELECT value FROM facts WHERE name = 'terminal'").fetchone()
            if known and known[0] == terminal:
                _set(run, facts)
                return
            if known and run(f"SELECT 1 FROM commands WHERE NOT ({_FINAL}) AND state <> '{State.UNSENT}'").fetchone():
                raise OtherTerminal("The file has commands of another terminal that are not settled yet.")
            tried = run("SELECT coalesce(max(number), 0) FROM commands WHERE tries > 0").fetchone()[0]
            counts_from = last_sequence - max(tried, _pruned_to(run))
            _set(run, {**facts, "terminal": terminal, "counts_from": str(counts_from)})


def _item(asked: Asked, *, key: str, at: datetime) -> tuple[dict[str, Any], str | None]:
    """As the server takes it, and the id of its order."""
    item = {"key": key, "kind": asked.kind, "body": asked.body()}
    if not isinstance(asked, OfOrder):
        return item, None
    if isinstance(asked.order, Order):
        order = {"sold_at": at.isoformat(), **as_json(asked.order)}
        return {**item, "order": order}, order["id"]
    return {**item, "order_id": str(asked.order)}, str(asked.order)


def _same(row: Row, item: Mapping[str, Any]) -> Row:
    if _timeless(row.item) != _timeless(item):
        raise KeyReused(f"The key {row.key} is that of another {row.kind}.")
    return row


def _timeless(item: Mapping[str, Any]) -> dict[str, Any]:
    """When it was first submitted is no part of what is asked for."""
    order = {name: value for name, value in item.get("order", {}).items() if name != "sold_at"}
    return {**item, "order": order}


def _taken(run: Any, rows: Sequence[Sequence[Any]]) -> list[Row]:
    taken = []
    for row in map(_row, rows):
        run(f"UPDATE commands SET state = '{State.UNKNOWN}', tries = tries + 1 WHERE number = ?", (row.number,))
        taken.append(_retried(row))
    return taken


def _retried(row: Row) -> Row:
    return replace(row, state=State.UNKNOWN, tries=row.tries + 1, was_unsent=row.state is State.UNSENT)


def _row(found: Collection[Any]) -> Row:
    number, key, kind, order_id, item, sold_at, state, told, tries = found
    return Row(
        number=number,
        key=key,
        kind=kind,
        order_id=order_id,
        item=json.loads(item),
        sold_at=datetime.fromisoformat(sold_at),
        state=State(state),
        told=json.loads(told),
        tries=tries,
    )


def _pruned_to(run: Any) -> int:
    found = run("SELECT value FROM facts WHERE name = 'pruned_to'").fetchone()
    return int(found[0]) if found else 0


def _set(run: Any, facts: Mapping[str, str | None]) -> None:
    for name, value in facts.items():
        run("DELETE FROM facts WHERE name = ?", (name,))
        if value is not None:
            run("INSERT INTO facts (name, value) VALUES (?, ?)", (name, value))

"""All that a till can do, as steps: the one place behind both tills."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from os import PathLike
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid4

from ringup_client.ask import Asker
from ringup_client.errors import RingupError
from ringup_client.feed import Feed
from ringup_client.outbox import Outbox, Row
from ringup_client.outcome import Command, State, outcome_of, problem_of, words_of
from ringup_client.sending import ITEMS_MAX, OF_COMMANDS, Sender, noted
from ringup_client.terminal import Terminal
from ringup_client.values import Asked, Order, as_json
from ringup_client.wire import NOTHING, Object, Steps, work

KEPT_AT_LEAST = timedelta(days=1)
"""What has just become final is still looked at by whoever waited for it."""
PRUNED_AT_ONCE = 1_000
"""So that a sale which comes meanwhile does not wait for the file."""
FORMS = {"text": "text/plain", "html": "text/html", "csv": "text/csv"}
TextForm: TypeAlias = Literal["text", "html"]
"""Of a receipt, which is read as JSON, too."""


class Core:
    """`patience_s`: how long a call that is given no other may try and wait."""

    def __init__(
        self,
        file: str | PathLike[str],
        *,
        key: str | None,
        now: Callable[[], float],
        patience_s: float,
        timeout_s: float,
    ) -> None:
        self._now = now
        self._patience_s = patience_s
        self.outbox = Outbox(file)
        self._asker = Asker(now=now, timeout_s=timeout_s)
        self._terminal = Terminal(self._asker, self.outbox, given=key)
        self._sender = Sender(self._asker, self.outbox, self._terminal)
        self.feed = Feed(self._asker, self.outbox)

    @property
    def key(self) -> str | None:
        return self._terminal.key

    def deadline(self, patience_s: float | None) -> float:
        return self._now() + (self._patience_s if patience_s is None else patience_s)

    def submit(self, asked: Asked, *, key: str | None, patience_s: float | None) -> Steps[Command]:
        deadline = self.deadline(patience_s)
        row = yield from self._sender.keep(asked, key=key or uuid4().hex)
        return self._told((yield from self._sender.settle(row, deadline=deadline)))

    def keep(self, asked: Asked, *, key: str | None) -> Steps[Command]:
        return self._told((yield from self._sender.keep(asked, key=key or uuid4().hex)))

    def settle(self, key: str, *, patience_s: float | None) -> Steps[Command]:
        row = yield from self._known(key)
        return self._told((yield from self._sender.settle(row, deadline=self.deadline(patience_s))))

    def send(self, *, patience_s: float | None) -> Steps[list[Command]]:
        keys = yield from self._sender.send_all(deadline=self.deadline(patience_s))
        return (yield from self._commands(keys))

    def send_again(self, since: datetime, *, patience_s: float | None) -> Steps[list[Command]]:
        yield from work(partial(self.outbox.send_again, since=since))
        return (yield from self.send(patience_s=patience_s))

    def prune(self, older_than: timedelta) -> Steps[int]:
        if older_than < KEPT_AT_LEAST:
            raise ValueError("What became final within the last day stays in the file.")
        before, gone = datetime.now(UTC) - older_than, 0
        while some := (yield from work(partial(self.outbox.prune, before=before, limit=PRUNED_AT_ONCE))):
            gone += some
        return gone

    def repeat(self, key: str, *, patience_s: float | None) -> Steps[bool]:
        row = yield from self._known(key)
        return (yield from self._sender.again(row, deadline=self.deadline(patience_s)))

    def command(self, key: str) -> Steps[Command]:
        return self._told((yield from self._known(key)))

    def unsettled(self) -> Steps[list[Command]]:
        return [self._told(row) for row in (yield from work(self.outbox.open_rows))]

    def ask(self, *, patience_s: float | None) -> Steps[list[Command]]:
        """Of all that is not final."""
        deadline = self.deadline(patience_s)
        rows = yield from work(self.outbox.open_rows)
        for start in range(0, len(rows), ITEMS_MAX):
            yield from self._look_up(rows[start : start + ITEMS_MAX], deadline=deadline)
        return (yield from self._commands(row.key for row in rows))

    def _look_up(self, rows: list[Row], *, deadline: float) -> Steps[None]:
        """Where it is too much for one answer, in halves."""
        body = {"keys": [row.key for row in rows]}
        request = self._asker.request("POST", "/commands/lookup", body=body)
        answer = yield from self._asker.ask(request, deadline=deadline, refusals=OF_COMMANDS)
        if answer.is_problem and len(rows) > 1:
            half = len(rows) // 2
            yield from self._look_up(rows[:half], deadline=deadline)
            yield from self._look_up(rows[half:], deadline=deadline)
            return
        found = {item["key"]: item["command"] for item in answer.body["items"]}
        notes = [noted(row.number, command) for row in rows if (command := found[row.key])]
        yield from work(partial(self.outbox.note, notes))
        yield from work(partial(self.outbox.lost, [row.number for row in rows if not found[row.key]]))

    def draft(self, order: Order, *, patience_s: float | None) -> Steps[Object]:
        return (yield from self.call("POST", "/orders", body=as_json(order), patience_s=patience_s))

    def call(
        self, method: str, path: str, *, patience_s: float | None, body: Any = None, query: Mapping[str, Any] = NOTHING
    ) -> Steps[Object]:
        """The answer's body."""
        asked = self._asker.call(method, path, body=body, query=query, deadline=self.deadline(patience_s))
        read: Object = (yield from asked).body
        return read

    def text(self, path: str, *, form: str, patience_s: float | None, query: Mapping[str, Any] = NOTHING) -> Steps[str]:
        """`form`: one of FORMS."""
        headers = {"Accept": FORMS[form]}
        asked = self._asker.call("GET", path, query=query, headers=headers, deadline=self.deadline(patience_s))
        read: str = (yield from asked).body
        return read

    def receipt(
        self, order_id: UUID | str, *, command_id: str | None, form: str, patience_s: float | None
    ) -> Steps[str | Object]:
        query = {"command": command_id} if command_id else {}
        path = f"/orders/{order_id}/receipt"
        if form == "json":
            return (yield from self.call("GET", path, query=query, patience_s=patience_s))
        return (yield from self.text(path, form=form, query=query, patience_s=patience_s))

    def enrol(self, code: str, *, patience_s: float | None) -> Steps[Object]:
        return (yield from self._terminal.enrol(code, deadline=self.deadline(patience_s)))

    def rotate_key(self, *, patience_s: float | None) -> Steps[None]:
        yield from self._terminal.rotate(deadline=self.deadline(patience_s))

    def _known(self, key: str) -> Steps[Row]:
        row = yield from work(partial(self.outbox.row, key))
        if row is None:
            raise RingupError(f"The file has no command with the key {key}.")
        return row

    def _commands(self, keys: Iterable[str]) -> Steps[list[Command]]:
        return [self._told(row) for row in (yield from work(partial(self.outbox.rows, keys)))]

    def _told(self, row: Row) -> Command:
        told = row.told
        problem = told.get("problem") if row.state is State.REFUSED else None
        return Command(
            key=row.key,
            kind=row.kind,
            state=row.state,
            sequence=self._terminal.sequence(row.number),
            order_id=row.order_id,
            sold_at=row.sold_at,
            id=told.get("id"),
            detail=str(problem["detail"]) if problem else words_of(row.state, told),
            outcome=outcome_of(told),
            result=told.get("result"),
            problem=problem_of(int(problem["status"]), problem) if problem else None,
            replayed=bool(told.get("replayed")),
        )

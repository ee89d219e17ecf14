"""Sending what is in the file, and hearing what became of it.

A command is sent as often as it takes, always under its key. It goes after all that must be there before it, or in one
request with them, in their order: so an order's commands take effect in the order in which its till submitted them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ringup_client.ask import Asker, preferring
from ringup_client.errors import CallRefused, Unreachable
from ringup_client.outbox import Note, Outbox, Row
from ringup_client.outcome import State
from ringup_client.terminal import Terminal
from ringup_client.values import Asked, OfOrder, Order
from ringup_client.wire import Answer, Pause, Steps, work

ITEMS_MAX = 500
BYTES_MAX = 1_000_000
"""Of one request: a little less than the server takes."""
LOOKS_AGAIN_S = 1.0
"""Where the server does not keep a request waiting."""
OF_COMMANDS = frozenset({"body_too_large", "malformed_json", "validation_failed"})
"""Codes of a request that is refused as a whole for the commands in it."""
NOT_FOUND = frozenset({"command_not_found"})
_VERDICTS = {"accepted", "replayed", "refused"}
_GOING_ON = {State.PENDING, State.AWAITING}


class Sender:
    def __init__(self, asker: Asker, outbox: Outbox, terminal: Terminal) -> None:
        self._asker = asker
        self._outbox = outbox
        self._terminal = terminal

    def keep(self, asked: Asked, *, key: str) -> Steps[Row]:
        at = asked.order.sold_at if isinstance(asked, OfOrder) and isinstance(asked.order, Order) else None
        at = (at or datetime.now(UTC)).astimezone(UTC)
        return (yield from work(partial(self._outbox.keep, asked, key=key, at=at)))

    def settle(self, row: Row, *, deadline: float) -> Steps[Row]:
        """Send it if it has no answer, and wait for its outcome, as long as the patience lasts."""
        try:
            yield from self._terminal.meet(deadline=deadline)
            taken = yield from work(partial(self._outbox.take, row.number))
            yield from self._deliver_all(taken, deadline=deadline)
            yield from self._wait(row.key, deadline=deadline)
        except Unreachable:
            pass  # how far it came stands in the file
        return (yield from self._row(row.key))

    def send_all(self, *, deadline: float) -> Steps[list[str]]:
        """Send whatever has no answer, in as few requests as it takes; the keys of what was answered now."""
        answered: list[str] = []
        after = 0
        try:
            yield from self._terminal.meet(deadline=deadline)
            while taken := (yield from work(partial(self._outbox.take_all, after=after, limit=ITEMS_MAX))):
                after = taken[-1].number
                yield from self._deliver_all(taken, deadline=deadline)
                answered += [row.key for row in taken]
        except Unreachable:
            pass  # the rest stays as it is
        return answered

    def again(self, row: Row, *, deadline: float) -> Steps[bool]:
        """Send a command once more that was answered; whether the server has it still, as the same command."""
        yield from self._terminal.meet(deadline=deadline)
        request = self._asker.request("POST", "/commands", body=[self._terminal.counted(row)])
        answer = yield from self._asker.ask(request, deadline=deadline, fits=_fits(1), refusals=OF_COMMANDS)
        yield from self._note([row], answer)
        if answer.is_problem:
            return False
        item = answer.body["items"][0]
        return bool(item["status"] == "replayed" and _id_of(item) == row.told.get("id"))

    def _deliver_all(self, rows: Sequence[Row], *, deadline: float) -> Steps[None]:
        """What never left is given back, however far the others came."""
        left = list(_parts(rows))
        try:
            while left:
                yield from self._deliver(left[0], deadline=deadline)
                left.pop(0)
        except (Unreachable, CallRefused) as gone:
            kept = left[1:] if gone.reached else left
            yield from work(partial(self._outbox.give_back, [row for part in kept for row in part]))
            raise

    def _deliver(self, rows: Sequence[Row], *, deadline: float) -> Steps[None]:
        """One request for all of them; where it is refused as a whole, one for each, to find out which is meant."""
        body = [self._terminal.counted(row) for row in rows]
        wait_s = deadline - self._asker.now() if len(rows) == 1 else 0
        request = self._asker.request("POST", "/commands", body=body, headers=preferring(wait_s))
        answer = yield from self._asker.ask(request, deadline=deadline, fits=_fits(len(rows)), refusals=OF_COMMANDS)
        if answer.is_problem and len(rows) > 1:
            for row in rows:
                yield from self._deliver([row], deadline=deadline)
        else:
            yield from self._note(rows, answer)

    def _note(self, rows: Sequence[Row], answer: Answer) -> Steps[None]:
        if answer.is_problem:
            items = [{"status": "refused", "problem": {**answer.body, "status": answer.status}}] * len(rows)
        else:
            items = answer.body["items"]
        notes = [_noted(row, item) for row, item in zip(rows, items, strict=True)]
        yield from work(partial(self._outbox.note, notes))

    def _wait(self, key: str, *, deadline: float) -> Steps[None]:
        """Until the command is settled or parked, or there is no patience any more."""
        was_kept_waiting = True
        while (row := (yield from self._row(key))).state in _GOING_ON:
            if not was_kept_waiting:
                yield Pause(min(LOOKS_AGAIN_S, max(deadline - self._asker.now(), 0)))
            left_s = deadline - self._asker.now()
            if left_s <= 0:
                return
            answer = yield from self._look(row, preferring(left_s), deadline=deadline)
            was_kept_waiting = "preference-applied" in answer.headers

    def _look(self, row: Row, asking: Mapping[str, str], *, deadline: float) -> Steps[Answer]:
        request = self._asker.request("GET", f"/commands/{row.told['id']}", headers=asking)
        answer = yield from self._asker.ask(request, deadline=deadline, fits=_is_command, refusals=NOT_FOUND)
        if answer.is_problem:
            yield from work(partial(self._outbox.lost, [row.number]))
        else:
            yield from work(partial(self._outbox.note, [noted(row.number, answer.body)]))
        return answer

    def _row(self, key: str) -> Steps[Row]:
        row = yield from work(partial(self._outbox.row, key))
        assert row, "what was submitted stays in the file until it is settled"
        return row


def noted(number: int, command: Mapping[str, Any]) -> Note:
    """What the server says of a command."""
    return Note(number=number, state=State(command["state"]), told=command)


def _id_of(item: Mapping[str, Any]) -> Any:
    return item["command"]["id"] if item.get("command") else item["command_id"]


def _noted(row: Row, item: Mapping[str, Any]) -> Note:
    """What the server says of one of those that came together."""
    replayed = {"replayed": item["status"] == "replayed"}
    if item["status"] == "refused":
        return Note(number=row.number, state=State.REFUSED, told={"problem": item["problem"]})
    if command := item.get("command"):
        return Note(number=row.number, state=State(command["state"]), told={**command, **replayed})
    return Note(number=row.number, state=State.PENDING, told={"id": item["command_id"], **replayed})


class _fits:  # noqa: N801 - it is called as a function
    """Whether an answer has a verdict on each of so many commands."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __call__(self, answer: Answer) -> bool:
        items = answer.body.get("items") if isinstance(answer.body, dict) else None
        return (
            isinstance(items, list)
            and len(items) == self._count
            and all(isinstance(item, dict) and item.get("status") in _VERDICTS for item in items)
        )


def _is_command(answer: Answer) -> bool:
    return isinstance(answer.body, dict) and answer.body.get("state") in set(State)


def _parts(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """As many together as one request takes; one that is too large by itself goes alone, and is told so."""
    part: list[Row] = []
    size = 0
    for row in rows:
        bytes_ = len(json.dumps(row.item))
        if part and (len(part) == ITEMS_MAX or size + bytes_ > BYTES_MAX):
            yield part
            part, size = [], 0
        part.append(row)
        size += bytes_
    if part:
        yield part

"""Whose file it is: the terminal's key, who it is, and where its count begins."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from ringup_client.ask import Asker
from ringup_client.errors import Refused
from ringup_client.outbox import Outbox, Row
from ringup_client.outcome import number_of, problem_of
from ringup_client.wire import NOTHING, Object, Steps, work


def print_of(key: str) -> str:
    """What tells a key from others without giving it away."""
    return hashlib.sha256(key.encode()).hexdigest()


class Terminal:
    """`key`: None, until it is enrolled."""

    def __init__(self, asker: Asker, outbox: Outbox, *, given: str | None) -> None:
        """A key that is given anew counts; one that was given before may have been changed for another since."""
        self._asker = asker
        self._outbox = outbox
        if given and outbox.fact("given") != print_of(given):
            outbox.set_facts({"given": print_of(given), "key": given})
        self.key = outbox.fact("key")
        self._counts_from = 0
        self._is_met = False

    def meet(self, *, deadline: float) -> Steps[None]:
        """Once for each key: is this the terminal whose commands are in the file?"""
        if self._is_met:
            return
        assert self.key, "give a key, or enrol"
        if (yield from work(partial(self._outbox.fact, "met"))) != print_of(self.key):
            me = yield from self._told("/terminals/me", deadline=deadline)
            gaps = yield from self._told("/terminals/me/gaps", {"limit": 1}, deadline=deadline)
            meeting = partial(
                self._outbox.meet,
                f"{me['store']}/{me['id']}",
                last_sequence=gaps["last_sequence"] or 0,
                facts={"met": print_of(self.key)},
            )
            yield from work(meeting)
        self._counts_from = int((yield from work(partial(self._outbox.fact, "counts_from"))) or 0)
        self._is_met = True

    def _told(self, path: str, query: Mapping[str, Any] = NOTHING, *, deadline: float) -> Steps[Any]:
        """Whatever is refused here, it is no refusal of the command that waits for it."""
        request = self._asker.request("GET", path, query=query)
        return (yield from self._asker.ask(request, deadline=deadline, refusals=())).body

    def sequence(self, number: int) -> int:
        return number + self._counts_from

    def counted(self, row: Row) -> dict[str, Any]:
        """The command as it is sent. Sent again after its answer came, it says which number its receipt may bear."""
        printed = {"printed_number": number} if (number := number_of(row.told)) else {}
        return {**row.item, "body": {**row.item["body"], **printed}, "sequence": self.sequence(row.number)}

    def enrol(self, code: str, *, deadline: float) -> Steps[Object]:
        """Get the key for the code. A code is good once: is its answer lost, so is the code, and another is needed."""
        request = self._asker.request("POST", "/terminals/enrol", body={"code": code})
        answer = yield from self._asker.ask(request, deadline=deadline)
        if answer.is_problem:
            raise Refused(problem_of(answer.status, answer.body))
        enrolled: Object = answer.body
        yield from self._have(str(enrolled["key"]))
        yield from self.meet(deadline=deadline)
        return {name: value for name, value in enrolled.items() if name != "key"}

    def rotate(self, *, deadline: float) -> Steps[None]:
        """Change the key for another. Is the answer lost, the old key may ask again."""
        answer = yield from self._asker.call("POST", "/terminals/me/rotate-key", deadline=deadline)
        yield from self._have(answer.body["key"])

    def _have(self, key: str) -> Steps[None]:
        """On disk first: nobody tells it a second time."""
        yield from work(partial(self._outbox.set_facts, {"key": key}))
        self.key = key
        self._is_met = False

"""Asking until there is an answer, or no patience any more. Whatever is asked here may arrive twice without harm."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from ringup_client.errors import CallRefused, KeyRefused, Refused, Unreachable
from ringup_client.outcome import problem_of
from ringup_client.wire import NOTHING, Answer, Pause, Request, Steps, Trouble, send

PAUSE_FIRST_S = 0.1
PAUSE_MAX_S = 5.0
WAIT_MAX_S = 10
"""The longest that the server keeps a request waiting (`Prefer: wait`)."""


def preferring(wait_s: float) -> dict[str, str]:
    """The header that asks the server to answer when there is something to tell; none for less than a second."""
    seconds = min(int(wait_s), WAIT_MAX_S)
    return {"Prefer": f"wait={seconds}"} if seconds > 0 else {}


class Asker:
    """`now`: a clock that never goes back. `timeout_s`: what an answer may take beyond what was asked to be waited."""

    def __init__(self, *, now: Callable[[], float], timeout_s: float) -> None:
        self.now = now
        self._timeout_s = timeout_s

    def read(
        self, path: str, query: Mapping[str, Any] = NOTHING, *, deadline: float, headers: Mapping[str, str] = NOTHING
    ) -> Steps[Answer]:
        """Of a GET. What is refused is raised."""
        return (yield from self.call("GET", path, query=query, headers=headers, deadline=deadline))

    def call(
        self,
        method: str,
        path: str,
        *,
        deadline: float,
        body: Any = None,
        query: Mapping[str, Any] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
    ) -> Steps[Answer]:
        """An answer that is a success. What is refused is raised."""
        request = self.request(method, path, body=body, query=query, headers=headers)
        return succeeded((yield from self.ask(request, deadline=deadline)))

    def request(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        query: Mapping[str, Any] = NOTHING,
        headers: Mapping[str, str] = NOTHING,
    ) -> Request:
        wait_s = int(headers["Prefer"].removeprefix("wait=")) if "Prefer" in headers else 0
        timeout_s = self._timeout_s + wait_s
        return Request(method=method, path=path, query=query, body=body, headers=headers, timeout_s=timeout_s)

    def ask(
        self,
        request: Request,
        *,
        deadline: float,
        fits: Callable[[Answer], bool] | None = None,
        refusals: Collection[str] | None = None,
    ) -> Steps[Answer]:
        """The first answer that is Ringup's own word: a success that `fits`, by default one of the form that was asked
        for, or a problem. It is tried once at least; a lost answer, a 429, a 5xx and what somebody else on the way says
        are tried again until the deadline. A refused key is raised, and so is a problem whose code is none of the
        `refusals`, where these are given: it says nothing of what was asked, and nothing of whether an earlier try has
        arrived."""
        fits, reached = fits or partial(_has_form, request), False
        for pause_s in _pauses():
            came = yield from send(request)
            if isinstance(came, Answer) and came.status != 429 and is_ours(came, fits):
                if came.status == 401 and came.body["code"].startswith("key_"):
                    raise KeyRefused(problem_of(came.status, came.body), reached=reached)
                if came.is_problem and refusals is not None and came.body["code"] not in refusals:
                    raise CallRefused(problem_of(came.status, came.body), reached=reached)
                return came
            words, reached = _trouble(came, reached)
            pause_s = max(pause_s, _retry_after_s(came))
            if self.now() + pause_s > deadline:
                raise Unreachable(words, reached=reached)
            yield Pause(pause_s)
        raise AssertionError("the pauses have no end")


def is_ours(answer: Answer, fits: Callable[[Answer], bool]) -> bool:
    return answer.is_problem or (answer.status in (200, 201, 202) and fits(answer))


def _has_form(request: Request, answer: Answer) -> bool:
    """JSON with names, if nothing else was asked for: as a page to log in to a network, a success may be anybody's."""
    if form := request.headers.get("Accept"):
        return answer.headers.get("content-type", "").startswith(form)
    return isinstance(answer.body, dict)


def succeeded(answer: Answer) -> Answer:
    if answer.is_problem:
        raise Refused(problem_of(answer.status, answer.body))
    return answer


def _trouble(came: Answer | Trouble, reached: bool) -> tuple[str, bool]:
    """What to say of it, and whether anything may have arrived by now. Who is told to come back later (429) was not let
    in."""
    if isinstance(came, Trouble):
        return came.words, reached or came.reached
    return f"it was answered {came.status}", reached or came.status != 429


def _retry_after_s(came: Answer | Trouble) -> float:
    told = came.headers.get("retry-after", "") if isinstance(came, Answer) else ""
    return float(told) if told.isascii() and told.isdecimal() else 0.0


def _pauses() -> Iterator[float]:
    """Each about twice the one before, and none like those of the till beside this one."""
    longest = PAUSE_FIRST_S
    while True:
        yield longest * random.uniform(0.5, 1)
        longest = min(2 * longest, PAUSE_MAX_S)

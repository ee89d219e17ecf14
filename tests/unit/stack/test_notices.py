"""The operator's terminal: what a person must know, once, in short lines."""

import json
import logging

import pytest

from base.outside.presence import AWAY_AFTER, Presence
from project.stack.notices import CHARACTERS_MAX, Notices


def line(event: str, *, level: str = "error", logger: str = "orders.accounting.outside.relay", **more: object) -> str:
    return json.dumps({"event": event, "level": level, "logger": logger, **more})


def test_an_error_is_told_once_a_minute_whatever_its_numbers() -> None:
    notices = Notices()
    said = [notices.of("worker", line(f"parked command {number}")) for number in (1, 2, 3)]
    assert said == ["worker: parked command 1", "", ""]


def test_what_is_meant_for_a_person_is_told_as_often_as_it_comes() -> None:
    notices = Notices()
    gone, back = line("accounting is gone", tell=True), line("accounting is back", level="warning", tell=True)
    said = [notices.of("worker-io", one) for one in (gone, back, gone, back)]
    assert said == ["worker-io: accounting is gone", "worker-io: accounting is back"] * 2


@pytest.mark.parametrize(
    "said",
    [
        line("slow", level="warning"),
        line("a library's", logger="kombu"),
        line("Service Unavailable: /api/v1/orders"),
        '"level": "error" and no JSON',
        '["\\"level\\": \\"error\\"", "level"]',
    ],
)
def test_the_rest_is_for_the_log(said: str) -> None:
    assert Notices().of("web", said) == ""


def test_a_long_line_is_cut() -> None:
    assert len(Notices().of("web", line("x" * 1000))) < CHARACTERS_MAX + 20


def test_a_system_that_stops_to_answer_is_told_of_once_and_so_is_its_return(caplog: pytest.LogCaptureFixture) -> None:
    seen = Presence("accounting")
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            seen.answered()
            for _ in range(AWAY_AFTER + 5):
                seen.gave_no_answer("it refuses the connection")
            for _ in range(3):
                seen.answered()
    gone, back = "accounting does not answer: it refuses the connection", "accounting answers again"
    assert [record.getMessage() for record in caplog.records] == [gone, back, gone, back]
    assert all(getattr(record, "tell", False) for record in caplog.records)


def test_a_single_call_without_an_answer_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    seen = Presence("accounting")
    for _ in range(5):
        seen.gave_no_answer("late")
        seen.answered()
    assert caplog.records == []

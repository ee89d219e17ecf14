"""Some protections are taken away at each run of the suite, all of them by `python -m tests.protections`."""

import random
import time
from datetime import UTC, datetime

import pytest

from project.stack.servers import Servers
from tests.protections.kept import is_stale, kept
from tests.protections.listed import Protection, protections
from tests.protections.walk import Verdict, walker

WITHIN_S = 8.0
"""Then none is begun any more."""


def turn(day: int) -> list[Protection]:
    """Those that changed since all were taken away come first, then each has its day."""
    found = [one for one in protections() if one.is_walked]
    random.Random(day).shuffle(found)
    entries = kept()
    return sorted(found, key=lambda one: not is_stale(one, entries))


def test_what_is_taken_away_is_missed(
    servers: Servers, template_database: str, copies: str, capsys: pytest.CaptureFixture[str]
) -> None:
    day, found = datetime.now(UTC).toordinal(), list[str]()
    until = time.monotonic() + WITHIN_S
    with walker(
        database_url=servers.database_url, broker_url=servers.broker_url, template=template_database, copies=copies
    ) as one_by_one:
        for one in turn(day):
            if found and time.monotonic() > until:
                break
            walked = one_by_one.without(one)
            assert walked.verdict is Verdict.RED, f"{one.id}: {walked.verdict}: {walked.why}"
            found.append(one.id)
    with capsys.disabled():
        print(f"\n{len(found)} protections of day {day} were taken away and missed: {', '.join(found)}")

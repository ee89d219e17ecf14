"""An instant is a date and time with an offset, and no number, however it is written."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from base.http.fields import Instant

INSTANT = TypeAdapter[datetime](Instant)


@pytest.mark.parametrize(
    "given",
    [
        1_795_897_899,
        1_795_897_899.5,
        True,
        "1795897899",
        "1795897899000",
        "1795897899.0000",
        "00000000000000000000",
        "-1795897899.5",
        "+1795897899000",
        "2026-11-21",
        "20261121T103000Z",
        " 2026-11-21T10:30:00Z",
        "2026-11-21T10:30:00",
        "２０２６-11-21T10:30:00Z",
        "",
    ],
)
def test_what_is_no_instant(given: Any) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(given)


@pytest.mark.parametrize("given", ["2026-11-21T10:30:00Z", "2026-11-21T12:00:00.000+01:30", "2026-11-21t10:30:00z"])
def test_what_is_one(given: str) -> None:
    assert INSTANT.validate_python(given) == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)

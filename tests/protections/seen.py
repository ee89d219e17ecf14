"""A plugin of pytest: how each test ended, and for what, in the file that PROTECTIONS_SEEN names."""

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import errors

BROKEN = (
    *(SyntaxError, NameError, ImportError, AttributeError),
    *(errors.SyntaxError, errors.UndefinedColumn, errors.UndefinedTable, errors.UndefinedFunction),
    *(errors.UndefinedParameter, errors.AmbiguousColumn, errors.IndeterminateDatatype, errors.DatatypeMismatch),
)
"""What is left makes no sense to Python or PostgreSQL: then nothing is shown."""


class Seen(logging.Handler):
    """Logged faults count as well: who parks a command for them goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.failed: list[str] = []
        self.broken: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            self.look(record.exc_info[1])

    def look(self, error: BaseException) -> None:
        self.broken += [f"{type(one).__name__}: {one}"[:300] for one in _chain(error) if isinstance(one, BROKEN)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    if error is not None:
        yield error
        yield from _chain(error.__cause__ or error.__context__)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _chain(one)


_seen = Seen()


def pytest_configure() -> None:
    logging.getLogger().addHandler(_seen)


def pytest_exception_interact(call: pytest.CallInfo[Any], report: Any) -> None:
    assert call.excinfo
    error = call.excinfo.value
    _seen.look(error)
    when, said = getattr(report, "when", "collect"), f"{type(error).__name__}: {error}"[:600]
    if when == "call":
        _seen.failed.append(said)
    elif when != "teardown":
        _seen.broken.append(f"at {when}: {said}")


def pytest_sessionfinish() -> None:
    found = {"failed": _seen.failed, "broken": _seen.broken}
    Path(os.environ["PROTECTIONS_SEEN"]).write_text(json.dumps(found))

"""The words of the first page, for a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from project.console.checks import checks
from project.console.first import link_of
from project.console.look import look
from project.console.now import Severity
from project.console.sentences import sentences

NO_STORE = "There is no store yet: ./ringup manage create_store makes one."


@dataclass(frozen=True, slots=True)
class Said:
    """`page`: the one that it is seen to on, where a person is needed."""

    severity: Severity
    name: str
    text: str
    page: str = ""


def said(base_url: str, flower_url: str) -> Iterator[Said]:
    """Errors: those of the database."""
    now, _ = look()
    told = sentences(now)
    yield from (Said(one.severity, "Store", f"{one.text}.") for one in told)
    if not told:
        yield Said(Severity.LOOK, "Store", NO_STORE)
    for check in checks(now):
        page = link_of(check)
        where = f"{base_url}{page}" if page else flower_url
        yield Said(check.severity, check.name, check.text, "" if check.severity is Severity.GOOD else where)

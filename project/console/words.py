"""The words of the first page, for a terminal."""

from collections.abc import Iterator

from project.console.checks import checks
from project.console.first import link_of
from project.console.look import look
from project.console.now import Severity
from project.console.sentences import sentences

NO_STORE = "There is no store yet: ./ringup manage create_store makes one."


def lines(base_url: str, flower_url: str) -> Iterator[tuple[Severity, str]]:
    """Each with how bad it is. Where a person is needed, with the page that it is seen to on. Errors: those of the
    database."""
    now, _ = look()
    told = sentences(now)
    yield from ((one.severity, f"{one.text}.") for one in told)
    if not told:
        yield Severity.LOOK, NO_STORE
    for check in checks(now):
        page = link_of(check)
        where = f"\n    {base_url}{page}" if page else f"\n    {flower_url}"
        yield check.severity, f"{check.name}: {check.text}{'' if check.severity is Severity.GOOD else where}"

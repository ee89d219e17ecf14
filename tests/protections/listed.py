"""The list: every lock, lease, fence, key and rule of order, with the text that makes it and the test that fails."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from project.env import PROJECT_FOLDER

LISTS = Path(__file__).with_name("lists")
KINDS = {
    "lock": "a row, or what stands for it, is one transaction's at a time",
    "skip": "who finds a row taken passes it over, and does not wait",
    "order": "what came first is done first",
    "lease": "who asks another system has a time for it, and nobody else asks meanwhile",
    "fence": "who has lost a lease writes nothing",
    "key": "what is sent twice takes effect once",
    "check": "what became otherwise meanwhile is seen before anything is written",
    "wake": "whoever waits for something is told of it, or looks",
    "time": "nobody is waited for without end",
    "retry": "what fails for something that passes is tried again, and what fails for itself is set aside",
}
"""In the order of the page, with what each kind says."""


@dataclass(frozen=True, slots=True)
class Change:
    """In this file the old text, which stands there once, becomes the new one."""

    file: str
    old: str
    new: str

    def made_in(self, text: str) -> str:
        found = text.count(self.old)
        assert found == 1, f"{self.file} has {found} times: {self.old!r}"
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """`test`: the id of the test that fails without it, of one case where it has several. `itself`: that test takes it
    away at each run, by other means, and demands that it is missed. `spare`: why nothing fails; it has no test then."""

    id: str
    kind: str
    says: str
    changes: tuple[Change, ...]
    test: str = ""
    itself: bool = False
    spare: str = ""

    @property
    def is_walked(self) -> bool:
        return not (self.itself or self.spare)

    @property
    def test_file(self) -> str:
        return self.test.partition("::")[0]

    @property
    def test_name(self) -> str:
        """Of the function, without the case."""
        return self.test.rpartition("::")[2].partition("[")[0]

    @property
    def files(self) -> set[str]:
        return {change.file for change in self.changes} | {self.test_file} - {""}


@cache
def protections() -> tuple[Protection, ...]:
    return tuple(one for file in sorted(LISTS.glob("*.toml")) for one in _read(file))


def _read(file: Path) -> Iterator[Protection]:
    for given in tomllib.loads(file.read_text())["protection"]:
        first = {name: given.pop(name) for name in ("file", "old", "new")}
        changes = tuple(Change(**{"file": first["file"], **one}) for one in [first, *given.pop("also", [])])
        yield Protection(changes=changes, **given)


def source(file: str) -> str:
    return (PROJECT_FOLDER / file).read_text()

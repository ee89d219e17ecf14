"""Taking protections away, one after the other, and running the test that must fail then."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from project import env as environment
from project.stack.embedded.child import ending_with_parent
from project.stack.servers import passing_database
from tests.protections.listed import Protection
from tests.protections.tree import Tree

WARM = Path(__file__).with_name("warm.py")
PLUGIN = "tests.protections.seen"
OPTIONS = (
    "-q",
    "--tb=short",
    "--no-header",
    "--timeout=45",
    "-p",
    PLUGIN,
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
SECONDS_MAX = 120.0


class Verdict(StrEnum):
    RED = "red"
    GREEN = "green"
    """The test does not miss what was taken away."""
    BROKEN = "broken"
    """What was left did not run at all, or the test did not come so far."""


@dataclass(frozen=True, slots=True)
class Walked:
    """`why`: what the test said, in a line."""

    verdict: Verdict
    seconds: float
    why: str


class Walker:
    """One at a time. `template`: a migrated database that nobody is connected to; `copies`: how it is copied."""

    def __init__(self, folder: Path, *, database_url: str, broker_url: str, template: str, copies: str) -> None:
        self._tree = Tree(folder)
        self._folder = folder
        self._environ = environment.for_child(
            DATABASE_URL=database_url,
            BROKER_URL=broker_url,
            TEMPLATE_DATABASE=template,
            TEMPLATE_COPIES=copies,
            RINGUP_HOME=str(folder / "home"),
            TERMINAL_REQUESTS_PER_S="0",
            PYTHONDONTWRITEBYTECODE="",
            DJANGO_SETTINGS_MODULE="project.settings",
            PROTECTIONS_SEEN=str(folder / "seen.json"),
            TTY_COMPATIBLE="0",
        )
        self._warm = subprocess.Popen(
            [*ending_with_parent("KILL"), sys.executable, str(WARM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    def close(self) -> None:
        self._warm.communicate()

    def without(self, protection: Protection) -> Walked:
        began = time.monotonic()
        try:
            with self._tree.without(protection):
                verdict, why = self._judged(self._run([protection.test]))
        except (AssertionError, SyntaxError) as error:
            verdict, why = Verdict.BROKEN, str(error)
        return Walked(verdict, time.monotonic() - began, why)

    def whole(self, tests: Sequence[str]) -> str:
        """What pytest says of these where nothing is taken away, if they do not pass."""
        with self._tree.without(None):
            return "" if self._run(tests, seconds=1_200) == 0 else (self._folder / "log").read_text()[-4_000:]

    def _run(self, tests: Sequence[str], *, seconds: float = SECONDS_MAX) -> int | None:
        (self._folder / "seen.json").unlink(missing_ok=True)
        run = {
            "tree": str(self._tree.folder),
            "log": str(self._folder / "log"),
            "environ": self._environ,
            "args": [*OPTIONS, *tests],
            "seconds": seconds,
        }
        assert self._warm.stdin
        assert self._warm.stdout
        self._warm.stdin.write(json.dumps(run) + "\n")
        self._warm.stdin.flush()
        ended: int | None = json.loads(self._warm.stdout.readline())
        return ended

    def _judged(self, code: int | None) -> tuple[Verdict, str]:
        if code == 0:
            return Verdict.GREEN, "nothing fails"
        if code is None:
            return Verdict.BROKEN, f"no end within {SECONDS_MAX:.0f} s"
        path = self._folder / "seen.json"
        seen = json.loads(path.read_text()) if path.exists() else {"failed": [], "broken": []}
        if seen["broken"] or not seen["failed"]:
            log = (self._folder / "log").read_text()[-800:]
            return Verdict.BROKEN, "; ".join(seen["broken"]) or f"pytest ended with {code}: {log}"
        return Verdict.RED, seen["failed"][0].replace("\n", " ")


@contextmanager
def walker(
    *, database_url: str, broker_url: str, template: str, copies: str = "STRATEGY file_copy"
) -> Iterator[Walker]:
    """On a running server, with a database of its own there, of which the tests' databases get their names."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="ringup-protections-")))
        folder.chmod(0o755)
        url = stack.enter_context(passing_database(database_url))
        one = Walker(folder, database_url=url, broker_url=broker_url, template=template, copies=copies)
        stack.callback(one.close)
        yield one

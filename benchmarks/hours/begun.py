"""How each of these programs goes: with servers of its own, which are stopped however it ends."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from rich.console import Console

from benchmarks.host.machine import describe_machine
from project import env as environment
from project.commands.demo import writable
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.ending import Interruptible, term_as_interrupt
from project.stack.home import HomeTaken, kept_secret, locked
from project.stack.servers import Servers, running

Answer = TypeVar("Answer")
One = TypeVar("One")
TABLE_WIDTH = 140


class Result(Protocol):
    @property
    def wrong(self) -> list[str]:
        """What speaks against it all, in words."""

    def say(self, console: Console) -> None: ...
    def as_json(self) -> dict[str, Any]: ...


def parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog=f"./ringup bench {name}", description=doc)
    made.add_argument("--quick", action="store_true", help="fewer and shorter turns: figures are less steady")
    made.add_argument("--json", type=writable, metavar="FILE", help="write all figures as JSON")
    return made


def measured(name: str, arguments: Sequence[str], json_file: Path | None, work: Callable[[Console], Result]) -> int:
    """Measure, and say what was found. 0 if nothing was wrong; whether targets are met is only told."""
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    result = carried_out(lambda: work(console))
    result.say(console)
    if json_file:
        command_line = " ".join(["./ringup", "bench", name, *arguments])
        report = {"command_line": command_line, "machine": describe_machine(), **result.as_json()}
        json_file.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if result.wrong else 0


def in_turns(all_of_them: Sequence[One], *, rounds: int) -> Iterator[tuple[int, One]]:
    """With the round's number. In each second round in the other order, so that a machine that grows slower is nobody's
    disadvantage."""
    for number in range(rounds):
        yield from ((number + 1, one) for one in all_of_them[:: 1 if number % 2 == 0 else -1])


def carried_out(work: Callable[[], Answer]) -> Answer:
    """A failure that a person can do something about ends the program with one line."""
    term_as_interrupt()
    with Interruptible():
        try:
            return work()
        except (BadSetting, HomeTaken, ServerFailed) as failed:
            environment.stop(str(failed))
    print("ringup: interrupted, everything is stopped")
    sys.exit(130)


@contextmanager
def own_servers(name: str) -> Iterator[tuple[Path, Servers]]:
    """The folder of that name in RINGUP_HOME, and servers with nothing in them. Tills may call as fast as they can."""
    env = environment.current()
    home = (env.ringup_home / name).absolute()
    with locked(home), running(env, home=home, fresh=True) as servers:
        secret = env.secret_key or kept_secret(home / "secret_key")
        environment.override(SECRET_KEY=secret, TERMINAL_REQUESTS_PER_S="0", LOG_LEVEL="WARNING")
        yield home, servers

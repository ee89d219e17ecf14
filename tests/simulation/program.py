"""Running seeds: a database of its own, one run after the other, and what is told of them."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from project import env as environment
from project.celery import app
from project.stack.embedded.postgres import SETTINGS
from project.stack.servers import passing_database, running
from tests.simulation.mutants import SEEDS_WITHOUT, STEPS_WITHOUT, teeth, without
from tests.simulation.plan import Plan, drawn
from tests.simulation.run import Ended, Run
from tests.simulation.server import Server
from tests.simulation.shrink import shrunk
from tests.simulation.world import simulated_database
from tests.support.memory import MEMORY, has_room
from tests.support.processes.migrated import migrate

SEEDS = Path(__file__).with_name("seeds.txt")
FAST = {"fsync": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Told:
    """`jobs`: so many ran at a time. `failed`: the plan that broke a law. `missed`: of each protection that was taken
    away, what missed it, or nothing."""

    jobs: int = 1
    runs: int = 0
    steps: int = 0
    commands: int = 0
    seconds: float = 0.0
    failed: str = ""
    missed: dict[str, str] = field(default_factory=dict)

    def add(self, ended: Ended) -> None:
        self.runs, self.steps, self.commands = self.runs + 1, self.steps + ended.steps, self.commands + ended.commands

    def add_all(self, other: "Told") -> None:
        """Of a job beside."""
        self.runs, self.steps, self.commands = (
            self.runs + other.runs,
            self.steps + other.steps,
            self.commands + other.commands,
        )
        self.seconds, self.failed = max(self.seconds, other.seconds), self.failed or other.failed

    def summary(self) -> str:
        speed = self.steps / max(self.seconds, 0.001)
        return f"{self.runs} seeds, {self.steps} steps, {self.commands} commands, {speed:.0f} steps a second"


@contextmanager
def database(url: str) -> Iterator[Server]:
    """One that is migrated already, and whose rows nobody needs."""
    app.loader.import_default_modules()
    logging.disable(logging.CRITICAL)
    with simulated_database(url) as server:
        yield server


@contextmanager
def new_database() -> Iterator[str]:
    """Of the server of DATABASE_URL or of an embedded one, migrated; it is dropped in the end."""
    with TemporaryDirectory(dir=MEMORY if has_room() else None) as home, pytest.MonkeyPatch.context() as patch:
        for name, value in FAST.items():
            patch.setitem(SETTINGS, name, value)
        Path(home).chmod(0o755)
        with (
            running(environment.current(), home=Path(home)) as servers,
            passing_database(servers.database_url) as url,
        ):
            migrate(url, broker_url=servers.broker_url)
            yield url


def run_all(
    server: Server, plans: Iterable[Plan], *, minutes: float, say: Callable[[str], None], told: Told | None = None
) -> Ended | None:
    """The first that fails; None where all hold until the time is over. `told` counts what was run."""
    began, told = time.monotonic(), told or Told()
    for plan in plans:
        ended = Run(plan, server).run()
        told.add(ended)
        told.seconds = took_s = time.monotonic() - began
        if ended.broken:
            told.failed = str(ended.plan)
            return ended
        say(f"seed {plan.seed}: {ended.steps} steps, {ended.commands} commands, trace {ended.trace[:12]}")
        if took_s > minutes * 60:
            break
    return None


def tell(server: Server, ended: Ended, say: Callable[[str], None]) -> None:
    """What is broken, and a smaller plan that breaks it as well."""
    say(f"BROKEN after {ended.steps} steps: {ended.plan}")
    for law in ended.broken[:5]:
        say(f"  {law[:1_000]}")

    def fails(plan: Plan) -> int | None:
        again = Run(plan, server).run()
        return again.steps if again.broken else None

    say(f"smaller: {shrunk(replace(ended.plan, steps=min(ended.plan.steps, ended.steps)), fails)}")


def missed(server: Server, name: str, plan: Plan) -> Ended:
    """The plan, without a protection."""
    with without(name):
        return Run(plan, server).run()


def all_missed(server: Server, names: Iterable[str], say: Callable[[str], None]) -> dict[str, str]:
    """By protection the first seed that misses it, in a plan that holds with it; empty where none of the first seeds
    does. Which seed that is changes with every statement that the code sends more or less."""
    return {name: _missed_by(server, name, say) for name in names}


def _missed_by(server: Server, name: str, say: Callable[[str], None]) -> str:
    last = teeth().get(name, 1)
    seeds = sorted(range(1, SEEDS_WITHOUT + 1), key=lambda seed: seed != last)
    plans = (drawn(seed, steps=STEPS_WITHOUT) for seed in seeds)
    ended = next((ended for plan in plans if (ended := missed(server, name, plan)).broken), None)
    if ended is None or Run(ended.plan, server).run().broken:
        say(f"NOT MISSED, or broken anyway: {name}: {ended and ended.broken[0]}")
        return ""
    by = f"seed {ended.plan.seed} after {ended.steps} steps"
    say(f"missed by {by}: {name}: {ended.broken[0][:100]}")
    return by

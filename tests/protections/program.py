"""The whole walk: servers of its own, so many walkers side by side, and what they found."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TypeVar

import pytest

from project import env as environment
from project.stack.embedded.postgres import SETTINGS
from project.stack.servers import passing_database, running
from tests.protections.listed import Protection
from tests.protections.walk import Walked, Walker, walker
from tests.support.database import name_of
from tests.support.memory import MEMORY, PASSING, has_room
from tests.support.processes.migrated import migrate

Result = TypeVar("Result")
Found = Callable[[Protection, Walked], None]


def walk(chosen: Sequence[Protection], *, jobs: int, found: Found, is_whole: bool) -> str:
    """Each found as it ends; what a test says that fails with nothing taken away."""
    with walkers(jobs) as free, ThreadPoolExecutor(jobs) as pool:
        if is_whole and (wrong := _with(free, lambda one: one.whole(sorted({one.test for one in chosen})))):
            return wrong
        ended = [(one, pool.submit(_with, free, partial(Walker.without, protection=one))) for one in chosen]
        for one, future in ended:
            found(one, future.result())
    return ""


def _with(free: "SimpleQueue[Walker]", do: Callable[[Walker], Result]) -> Result:
    one = free.get()
    try:
        return do(one)
    finally:
        free.put(one)


@contextmanager
def walkers(count: int) -> Iterator["SimpleQueue[Walker]"]:
    free: SimpleQueue[Walker] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(count):
            free.put(stack.enter_context(_on_servers_of_its_own()))
        yield free


@contextmanager
def _on_servers_of_its_own() -> Iterator[Walker]:
    with TemporaryDirectory(dir=MEMORY if has_room() else None) as home, pytest.MonkeyPatch.context() as patch:
        for name, value in PASSING.items():
            patch.setitem(SETTINGS, name, value)
        Path(home).chmod(0o755)
        with running(environment.current(), home=Path(home)) as servers, passing_database(servers.database_url) as url:
            migrate(url, broker_url=servers.broker_url)
            template = name_of(url)
            with walker(database_url=servers.database_url, broker_url=servers.broker_url, template=template) as one:
                yield one

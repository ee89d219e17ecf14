"""Several seeds at a time, each job with a process and a database of its own: a run waits for PostgreSQL half of its
time, and takes one core at most."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from project.stack.servers import passing_database
from tests.simulation.program import Told
from tests.support.database import name_of


def run_jobs(url: str, args: Sequence[str], *, jobs: int, say: Callable[[str], None], told: Told) -> bool:
    """Whether all holds; whoever fails ends the others. `url`: of a migrated database that nobody is connected to;
    `args`: the program's own."""
    told.jobs = jobs
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        databases = [stack.enter_context(passing_database(url, template=name_of(url))) for _ in range(jobs)]
        threads = stack.enter_context(ThreadPoolExecutor(jobs))  # whose listeners end once the jobs have
        begun = [
            stack.enter_context(
                _begun(*args, "--database", one, "--part", f"{part}", "--json", f"{folder / str(part)}")
            )
            for part, one in enumerate(databases)
        ]
        listening, held = {threads.submit(_listen, job, say) for job in begun}, True
        while listening:
            ended, listening = wait(listening, return_when=FIRST_COMPLETED)
            if any(one.result() for one in ended):
                held = False
                _interrupt(begun)
        for file in folder.iterdir():
            told.add_all(Told(**json.loads(file.read_text())))
    return held


@contextmanager
def _begun(*args: str) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen([sys.executable, "-m", "tests.simulation", *args], stdout=subprocess.PIPE, text=True) as job:
        try:
            yield job
        finally:
            _interrupt([job])
            job.wait()  # who is interrupted itself leaves Popen at once


def _listen(job: "subprocess.Popen[str]", say: Callable[[str], None]) -> int:
    """How it ended; what it said meanwhile is passed on."""
    assert job.stdout
    for line in job.stdout:
        say(line.rstrip())
    return job.wait()


def _interrupt(jobs: Sequence["subprocess.Popen[str]"]) -> None:
    """Each lets those go on who stand still in the server."""
    for job in jobs:
        if job.poll() is None:
            job.terminate()

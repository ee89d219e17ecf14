"""Has the stages timed, by a process for each part with that part's own settings."""

import json
import subprocess
import sys
from dataclasses import asdict

from benchmarks.lane import Lane
from project import env as environment
from project.stack.embedded.child import ServerFailed

Stages = dict[str, tuple[float, float]]
"""Stage -> microseconds a sale: by the clock, and of them on the processor."""
Profile = dict[str, dict[int, Stages]]
"""Part -> sales a request or a batch -> stages."""

SETTINGS = {"web": {"DATABASE_POOL": "16"}, "worker": {"DATABASE_POOL": "0"}}


def ask(lane: Lane, *, sales: int, pool_low: int) -> Profile:
    """`sales`: timed one by one; three times as many are timed together."""
    return {part: _of_part(part, lane, sales, INVOICE_POOL_LOW=str(pool_low), **own) for part, own in SETTINGS.items()}


def _of_part(part: str, lane: Lane, sales: int, **settings: str) -> dict[int, Stages]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.profile", part, str(sales)],
        input=json.dumps(asdict(lane)),
        env=environment.for_child(**settings),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"the stages of the {part} could not be timed: {done.stderr.strip().splitlines()[-1]}")
    timed = json.loads(done.stdout)
    return {int(size): {stage: (wall, cpu) for stage, (wall, cpu) in stages.items()} for size, stages in timed.items()}

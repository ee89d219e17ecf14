"""A worker's entry that dies where a test has asked for it: `-A tests.support.processes.crashing`.

What is asked for are files below RINGUP_HOME/crash. A step's file is used up by the one who dies of it; a command's
file stays, and whoever decides that command dies every time.
"""

import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from celery.signals import worker_init

from project.celery import app
from project.env import current

__all__ = ["app"]

PLAN = current().ringup_home / "crash"
ATTEMPTS_MAX = 2


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_due(name: str) -> bool:
    """Whether the one who asks is to die; the next one who asks is not."""
    try:
        (PLAN / name).unlink()
    except FileNotFoundError:
        return False
    return True


def gate(module: ModuleType, step: str, *, before: str, after: str) -> None:
    """Death before or after the step, as the module calls it."""
    original: Callable[..., Any] = getattr(module, step)

    @wraps(original)
    def deadly(*args: Any, **kwargs: Any) -> Any:
        if is_due(before):
            die()
        answer = original(*args, **kwargs)
        if is_due(after):
            die()
        return answer

    setattr(module, step, deadly)


def poison_decisions(module: ModuleType) -> None:
    original: Callable[..., Any] = module.decide

    @wraps(original)
    def deadly(order: Any, command: Any, world: Any) -> Any:
        if (PLAN / str(command.id)).exists():
            die()
        return original(order, command, world)

    module.decide = deadly  # type: ignore[attr-defined]


@worker_init.connect
def arm(**_: Any) -> None:
    """Once Django is set up, and before the pool's children begin."""
    from orders.journal.core import state
    from workers import drawers, execute, isolate, run, tasks

    Path(PLAN).mkdir(parents=True, exist_ok=True)
    gate(execute, "claim", before="before claim", after="after locks of orders")
    gate(execute, "load", before="before load", after="after locks of levels")
    gate(execute, "decide", before="before decide", after="after decide")
    gate(execute, "save", before="before save", after="before commit")
    for module in (run, isolate):
        gate(module, "announce", before="after commit", after="after announcement")
    gate(run, "follow_up_turn", before="after commit of the drawer", after="after all of the drawer")
    gate(drawers, "lock_turn", before="before lock of the drawer", after="after lock of the drawer")
    gate(drawers, "take", before="before the money is taken", after="after the money is taken")
    gate(drawers, "save_closed", before="before the closing", after="after the closing")
    gate(drawers, "settle", before="before the drawer's command is settled", after="before commit of the drawer")
    gate(tasks, "run", before="before the first look", after="before acknowledgement")
    poison_decisions(state)
    isolate.ATTEMPTS_MAX = ATTEMPTS_MAX

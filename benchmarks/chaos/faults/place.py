"""What faults can get at, and how one is told from the others."""

import random
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chaos.bank import Bank
from benchmarks.chaos.wire import Wire
from project.stack.embedded.rabbitmq import EmbeddedRabbitMQ
from project.stack.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`wires`: to the database, the broker and the web server. `clocks`: folder of what clocks are wrong by; `disk`: of
    the database, where it is a small one that can be filled; `rabbit`: the broker, where it is one."""

    stack: Stack
    wires: Mapping[str, Wire]
    bank: Bank
    clocks: Path
    disk: Path | None
    rabbit: EmbeddedRabbitMQ | None


Begin = Callable[[Place, random.Random, float], AbstractContextManager[object]]
"""Given how long the run still goes on, in seconds. In force within; answers False where there was nobody to hit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`name`: how it is reported; `kind`: the same for those that recover alike. `lasts_s`: from and to."""

    name: str
    kind: str
    begin: Begin
    lasts_s: tuple[float, float] = (0, 0)

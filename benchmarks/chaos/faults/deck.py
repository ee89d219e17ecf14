"""All faults, as two packs of cards: what strikes the stack one at a time, and what goes wrong beside it meanwhile."""

import random
from collections.abc import Iterator, Sequence

from benchmarks.chaos import bank
from benchmarks.chaos.faults import disk, outside, processes, rabbit, tables, valkey, wires
from benchmarks.chaos.faults.place import Fault
from project.simulator.faults import Mode

PROCESSES = ("web", "worker", "worker-io", "beat", "flower", "accounting", "postgres")
CHILDREN = ("web, child", "worker, child")
OF_POSTGRES = ("postgres, connection", "postgres, checkpointer", "postgres, walwriter")
WIRES = ("database", "broker", "web")
TIMES_COMMIT = 3
"""In a pack: the most telling moment of all."""


def strikes(*, has_disk: bool, broker: str) -> list[Fault]:
    """`broker`: the program's name."""
    return [
        *(processes.killed(kind) for kind in (*PROCESSES, *CHILDREN, *OF_POSTGRES)),
        *(processes.stopped(kind) for kind in (*PROCESSES, *CHILDREN, "postgres, connection")),
        processes.ROLLING,
        tables.MIGRATION,
        *(wires.delayed(name) for name in WIRES),
        *(wires.swallowed(name) for name in WIRES),
        *(wires.told(name, fault) for name in WIRES for fault in ("cut", "tear")),
        *(wires.told("database", f"{fault} COMMIT") for fault in ("lose", "deafen") for _ in range(TIMES_COMMIT)),
        *(wires.told("web", f"{fault} /commands") for fault in ("lose", "deafen")),
        *(rabbit.STRIKES if broker == rabbit.NAME else valkey.STRIKES),
        *([disk.FULL] if has_disk else []),
    ]


def besides() -> list[Fault]:
    return [
        *(outside.of_accounting(mode) for mode in Mode if mode is not Mode.NONE),
        *(outside.of_bank(mode) for mode in bank.Fault),
        *(outside.wound(name) for name in ("worker", "worker-io", "beat")),
    ]


def dealt(pack: Sequence[Fault], chance: random.Random) -> Iterator[Fault]:
    """For ever: each once before any comes again."""
    while True:
        cards = list(pack)
        chance.shuffle(cards)
        yield from cards

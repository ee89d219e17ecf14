"""What a run is made of: its seed decides it, and who shrinks a failing one changes it."""

import random
from dataclasses import dataclass

FAULTS = (
    *("kill", "lost", "lost_after", "conflict", "deadlock", "timeout", "stall", "jump", "skew"),
    *("drop", "double", "delay", "reorder", "broker_down", "broker_wiped"),
    *("bank_silent", "bank_broken", "bank_lost", "bank_slow", "bank_wrong"),
    *("books_silent", "books_broken", "books_lost", "books_slow", "books_wrong"),
)
STEPS = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`steps`: until the faults stop; then it goes on until everything is settled. `rate`: of each kind of fault.
    `stays`: how often the turn does not change."""

    seed: int
    steps: int = STEPS
    faults: frozenset[str] = frozenset()
    rate: float = 0.01
    workers: int = 2
    upkeepers: int = 2
    tills: int = 2
    batch_max: int = 100
    insists: bool = False
    numbers: int = 2
    stays: float = 0.5
    stores: int = 1
    drawers: bool = False

    def __str__(self) -> str:
        faults = ",".join(sorted(self.faults)) or "none"
        return (
            f"seed={self.seed} steps={self.steps} rate={self.rate} workers={self.workers} upkeepers={self.upkeepers}"
            f" tills={self.tills} batch_max={self.batch_max} insists={int(self.insists)} numbers={self.numbers}"
            f" stays={self.stays} stores={self.stores} drawers={int(self.drawers)} faults={faults}"
        )


def drawn(seed: int, *, steps: int = STEPS) -> Plan:
    """Each run has some kinds of fault and not the others: all of them at once would let little happen."""
    chance = random.Random(seed)
    some = chance.choice([0.0, 0.2, 0.5, 0.8])
    return Plan(
        seed=seed,
        steps=steps,
        faults=frozenset(fault for fault in FAULTS if chance.random() < some),
        rate=chance.choice([0.003, 0.01, 0.03, 0.1]),
        workers=chance.choice([1, 2, 3]),
        upkeepers=chance.choice([1, 2, 2]),
        tills=chance.choice([1, 2, 3]),
        batch_max=chance.choice([1, 2, 5, 100]),
        insists=chance.random() < 0.3,
        numbers=chance.choice([0, 2, 5]),
        stays=chance.choice([0.0, 0.5, 0.8]),
        stores=chance.choice([1, 1, 2]),
        drawers=chance.random() < 0.6,
    )


def parsed(line: str) -> Plan:
    """The plan of such a line as `str` makes."""
    given = dict(word.split("=", 1) for word in line.split())
    faults = given.pop("faults", "none")
    rate, stays = float(given.pop("rate")), float(given.pop("stays"))
    insists, drawers = (given.pop(name, "0") == "1" for name in ("insists", "drawers"))
    numbers = {name: int(text) for name, text in given.items()}
    kinds = frozenset() if faults == "none" else frozenset(faults.split(","))
    return Plan(**numbers, rate=rate, stays=stays, insists=insists, drawers=drawers, faults=kinds)

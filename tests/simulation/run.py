"""One run: whose turn it is, what befalls it, and what the judge says after each step."""

import hashlib
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from orders.accounting.port import AccountingFault
from orders.audit.round import audit
from orders.payments.port import PaymentFault
from tests.simulation.actors import Actor, At, Fault
from tests.simulation.broker import COMMANDS, IO, Broker
from tests.simulation.clock import Clock, ids
from tests.simulation.ends import disagreements, left
from tests.simulation.judge import Judge
from tests.simulation.locks import free_blocked
from tests.simulation.outside import Bank, Books, Line, open_bank
from tests.simulation.plan import Plan
from tests.simulation.server import Server
from tests.simulation.shops import open_shops
from tests.simulation.staff import Beat, Operator, worker
from tests.simulation.world import empty, simulated_world

COMPARED_EVERY = 250
"""Steps."""
TOLD_WITHIN_S = 0.05
"""So much later the database may learn what time it is."""
SETTLES_WITHIN = 10_000
"""Steps, once nothing fails any more."""
AT_SQL = {
    "lost": Fault.LOST,
    "lost_after": Fault.LOST_AFTER,
    "conflict": Fault.CONFLICT,
    "deadlock": Fault.DEADLOCK,
    "timeout": Fault.TIMEOUT,
}


@dataclass(slots=True)
class Ended:
    """`broken`: the laws that were, and nothing else was done then; `trace`: of all that happened."""

    plan: Plan
    steps: int = 0
    commands: int = 0
    broken: list[str] = field(default_factory=list)
    trace: str = ""


class Run:
    def __init__(self, plan: Plan, server: Server) -> None:
        self.plan, self.server = plan, server
        self.chance = random.Random(plan.seed)
        self.clock = Clock()
        self.kinds = plan.faults
        self.broker = Broker(self.clock, self._stream(), plan.faults, plan.rate)
        self.books = Books(self._line("books", AccountingFault))
        self.bank = Bank(self._line("bank", PaymentFault))
        self.beat = Beat(self.broker, self.clock)
        self.operator = Operator(self.clock, self._stream())
        self.ended = Ended(plan)
        self._told_s = 0.0
        self._last: Actor | None = None
        self._trace = hashlib.sha256()
        self._code_chance = self._stream()

    def _stream(self) -> random.Random:
        return random.Random(self.chance.getrandbits(64))

    def _line(self, name: str, fault: type[Exception]) -> Line:
        kinds, rate = self.plan.faults, min(self.plan.rate * 10, 0.5)
        return Line(name, fault, self.clock, self._stream(), kinds, rate, [])

    def run(self) -> Ended:
        plan = self.plan
        chosen = {
            "COMMAND_BATCH_MAX": plan.batch_max,
            "INVOICE_POOL_EMPTY": "reject" if plan.insists else "defer",
            "INVOICE_POOL_LOW": 2,
            "INVOICE_POOL_TARGET": 5,
            "INVOICE_POOL_TARGET_MAX": 8,
            "INVOICE_POOL_COVERS_MIN": 0,
            "HOLD_EXPIRES_S": 0,
            "ARCHIVE_AFTER_DAYS": 1,
        }
        empty(self.server)
        with simulated_world(self.clock, self.broker, self.books, self._code_chance, **chosen):
            self._open()
            with self._actors():
                self._go_through()
        self.ended.trace = self._trace.hexdigest()
        return self.ended

    def _open(self) -> None:
        self.shops = open_shops(self.server, self.plan)
        self.judge = Judge(self.server, self.shops.counters, self.books, self.bank)
        open_bank(self.bank)

    @contextmanager
    def _actors(self) -> Iterator[None]:
        plan, new_id = self.plan, ids(self.clock, self._stream())
        self.tills = self.shops.tills(plan, self.clock, self._stream, new_id, lambda: self.ended.steps)
        turns: dict[str, Callable[[Actor], None]] = {f"till {n}": till.turn for n, till in enumerate(self.tills)}
        turns |= {f"worker {n}": worker(self.broker, COMMANDS, self.judge.told) for n in range(plan.workers)}
        turns |= {f"upkeep {n}": worker(self.broker, IO, self.judge.told) for n in range(plan.upkeepers)}
        turns["operator"] = self.operator.turn
        skewed = "skew" in self.kinds
        self.actors = [
            Actor(name, turn, self.chance.choice([-3.0, 0.0, 3.0]) if skewed else 0.0) for name, turn in turns.items()
        ]
        try:
            for actor in self.actors:
                actor.go_on()
            yield
        finally:
            for actor in self.actors:
                actor.stop()

    def _go_through(self) -> None:
        while self.ended.steps < self.plan.steps and not self.ended.broken:
            self._step()
        self._stop_faults()
        last = self.ended.steps + SETTLES_WITHIN
        while not self.ended.broken and (what := self._left()):
            if self.ended.steps > last:
                self.ended.broken.append(
                    f"not everything settled at {self.clock.now_s}: {what}; {[(a.name, a.pause) for a in self.actors]}"
                )
            for _ in range(50):
                self._step()
        self.ended.commands = self.shops.commands
        if not self.ended.broken:
            self._tell_time()
            self.server.in_time()
            self.ended.broken += [f"audit: {drift}" for drift in audit()]
            self.ended.broken += self.shops.differences()
            self.ended.broken += disagreements(self.server, self.bank, self.books)

    def _left(self) -> list[str]:
        unsure = [f"unsure of {one.submission.kind}" for till in self.tills for one in till.unsure]
        return unsure or left(self.server)

    def _stop_faults(self) -> None:
        self.kinds = self.broker.kinds = self.books.line.kinds = self.bank.line.kinds = frozenset()
        self.broker.down_until = 0.0
        self.operator.only_retries = True
        for till in self.tills:
            till.is_closed = True

    def _step(self) -> None:
        if self.ended.broken:
            return
        self.ended.steps += 1
        self.beat.send_due()
        self.broker.fail()
        actor = self._next()
        if actor is None:
            self._skip_time()
            return
        fault = self._fault(actor)
        if fault is Fault.STALL:
            actor.pause.until = self.clock.now_s + self.chance.choice([1.0, 10.0, 70.0, 200.0])
            return
        self._note(actor, fault)
        actor.go_on(fault)
        self.clock.now_s += self.chance.choice([0.0, 0.001, 0.002, 0.01, 0.1])
        if self._has("jump"):
            self.clock.now_s += self.chance.choice([-0.5, 30.0, 4_000.0, 6 * 24 * 3_600.0])
        if self.clock.now_s - self._told_s > TOLD_WITHIN_S or self.clock.now_s < self._told_s:
            self._tell_time()
        is_committed = any(one.has_committed for one in self.actors)
        looks = is_committed or fault is not None or actor.pause.at is At.LOCK
        free_blocked(self.actors, self.server, self.clock, self.ended.broken, looks=looks)
        for one in self.actors:
            for saved in one.committed:
                self.ended.broken += self.shops.commit(saved)
            one.committed.clear()
            one.has_committed = False
        self.ended.broken += self.judge.broken(is_committed=is_committed)
        self.shops.stop(self.judge.stopped)
        if self.ended.steps % COMPARED_EVERY == 0:
            self.ended.broken += self.judge.broken_of_all()
            self.ended.broken += self.shops.differences()

    def _tell_time(self) -> None:
        self._told_s = self.clock.now_s
        self.server.tell_time(max(round(self.clock.now_s * 1_000), 0))

    def _note(self, actor: Actor, fault: Fault | None) -> None:
        self._trace.update(f"{actor.name} {actor.pause.at} {fault} {self.clock.now_s:.3f}\n".encode())

    def _next(self) -> Actor | None:
        """Often the one that was before: who is never interrupted gets far, and who always is gets in the way."""
        ready = [actor for actor in self.actors if self._is_ready(actor)]
        if self._last in ready and self.chance.random() < self.plan.stays:
            return self._last
        self._last = self.chance.choice(ready) if ready else None
        return self._last

    def _is_ready(self, actor: Actor) -> bool:
        pause = actor.pause
        if pause.at is At.LOCK:
            return False
        return pause.until <= self.clock.now_s or bool(pause.when and pause.when())

    def _skip_time(self) -> None:
        times = [actor.pause.until for actor in self.actors] + [self.beat.next_s()]
        times += [self.broker.down_until] if self.broker.is_down else self.broker.times()
        self.clock.now_s = min(at for at in times if at > self.clock.now_s)
        free_blocked(self.actors, self.server, self.clock, self.ended.broken, looks=False)

    def _fault(self, actor: Actor) -> Fault | None:
        if self._has("kill") and not actor.name.startswith(("till", "operator")):
            return Fault.KILL
        if self._has("stall") and actor.pause.at in (At.CALL, At.SQL, At.SEND, At.COMMIT):
            return Fault.STALL
        if actor.pause.at in (At.SQL, At.COMMIT):
            for kind, fault in AT_SQL.items():
                if self._has(kind):
                    return fault
        return None

    def _has(self, kind: str) -> bool:
        return kind in self.kinds and self.chance.random() < self.plan.rate

"""A run: a shop of its own, whoever uses it, the storm, and what came of it all."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from benchmarks.chaos import bank
from benchmarks.chaos.calm import ask_outside, left
from benchmarks.chaos.faults.deck import besides, strikes
from benchmarks.chaos.faults.disk import small_disk
from benchmarks.chaos.faults.place import Place
from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import Exchange, History, read_exchanges
from benchmarks.chaos.history.heard import heard
from benchmarks.chaos.people.crowd import crowd
from benchmarks.chaos.report import Report
from benchmarks.chaos.storm import Storm
from benchmarks.chaos.wire import Wire, address, rerouted, wired
from project import env as environment
from project.commands.demo import django_on
from project.stack.embedded.rabbitmq import EmbeddedRabbitMQ
from project.stack.embedded.server import EmbeddedServer
from project.stack.embedded.valkey import EmbeddedValkey
from project.stack.readiness import probes
from project.stack.servers import Servers
from project.stack.stack import Stack

SILENCE_MAX_S = "4"
CALM_WITHIN_S = 90.0
STORE = "demo"
CLOCK = Path(__file__).parent / "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`broker`: the embedded one."""

    minutes: float
    seed: int
    home: Path
    broker: type[EmbeddedServer] = EmbeddedValkey


@dataclass(slots=True)
class _Wires:
    """Laid as the servers come up."""

    parts: ExitStack
    database: Wire | None = None
    broker: Wire | None = None
    rabbit: EmbeddedRabbitMQ | None = None

    def lay(self, servers: Servers) -> Servers:
        rabbit = servers.embedded.get(EmbeddedRabbitMQ.name)
        self.rabbit = rabbit if isinstance(rabbit, EmbeddedRabbitMQ) else None
        self.database = self.parts.enter_context(wired(*address(servers.database_url)))
        self.broker = self.parts.enter_context(wired(*address(servers.broker_url)))
        return rerouted(servers, database=self.database, broker=self.broker)


def run(plan: Plan, *, tell: Callable[[str], None]) -> Report:
    began = time.monotonic()
    left_out: list[str] = []
    with ExitStack() as parts:
        history_file = plan.home.with_name(f"{plan.home.name}-history.jsonl")
        place = parts.enter_context(_place(plan, tell=tell, left_out=left_out))
        stack = place.stack
        history = History(parts.enter_context(history_file.open("w")))
        web = f"http://127.0.0.1:{place.wires['web'].port}"
        people = parts.enter_context(
            crowd(base_url=web, keys=stack.run_info["terminals"], history=history, seed=plan.seed)
        )
        chance = random.Random(plan.seed)
        until = time.monotonic() + plan.minutes * 60
        storm = Storm(place=place, probe=people.probe, is_well=all_well(stack), tell=tell)
        with stack.felt(), storm.beset(besides(), until=until, chance=random.Random(plan.seed + 1)):
            pack = strikes(has_disk=place.disk is not None, broker=plan.broker.name)
            storm.rage(pack, until=until, chance=chance)
        tell("the storm is over; everybody finishes")
        people.close()
        not_done = left(stack.run_info["database_url"], seconds=CALM_WITHIN_S)
        people.look_once_more()
        ask_outside(history, accounting_url=stack.run_info["accounting_url"], store=STORE, bank=place.bank)
        with django_on(stack):
            from orders.audit.round import audit  # its models need the stack's database

            drifts = [f"the audit found a drift: {drift}" for drift in audit()]
        failed = people.shop.failed
    tell("checking the history")
    with history_file.open() as lines:
        exchanges = read_exchanges(lines)
    unrecovered = [
        f"{one.fault.name}: not all was back within a minute" for one in storm.struck if one.back_after_s is None
    ]
    clocks_differ_s = plan.minutes * 60
    return Report(
        seed=plan.seed,
        minutes=plan.minutes,
        seconds=time.monotonic() - began,
        struck=storm.struck,
        beside=[fault.name for fault in storm.beside],
        commands=_became(exchanges),
        requests=len(exchanges),
        lost=sum(one.ended is None for one in exchanges),
        sales=people.probe.sales,
        wrong=[*failed, *unrecovered, *not_done, *drifts, *wrong(exchanges, clocks_differ_s=clocks_differ_s)],
        left_out=left_out,
    )


def _became(exchanges: list[Exchange]) -> dict[str, int]:
    final = heard(exchanges).final_commands().values()
    return dict(Counter(command["outcome"]["code"] for command in final).most_common())


@contextmanager
def _place(plan: Plan, *, tell: Callable[[str], None], left_out: list[str]) -> Iterator[Place]:
    home = plan.home
    with ExitStack() as parts:
        beside = home.with_name(f"{home.name}-beside")
        rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        reason = parts.enter_context(small_disk(home))
        if reason:
            left_out.append(f"disk full: {reason}")
        environment.override(
            RINGUP_CHAOS=str(beside),
            PYTHONPATH=str(CLOCK),
            PAYMENT_PROVIDERS=f"{bank.NAME}={bank.PATH}",
            SILENCE_MAX_S=SILENCE_MAX_S,
        )
        wires = _Wires(parts)
        stack = parts.enter_context(Stack(home=home, fresh=True, tell=tell, by=wires.lay, broker=plan.broker))
        web = parts.enter_context(wired(*address(stack.run_info["base_url"])))
        assert wires.database
        assert wires.broker
        yield Place(
            stack=stack,
            wires={"database": wires.database, "broker": wires.broker, "web": web},
            bank=bank.at(beside),
            clocks=beside,
            disk=None if reason else home,
            rabbit=wires.rabbit,
        )


def all_well(stack: Stack) -> Callable[[], bool]:
    run = stack.run_info
    urls = {"web": run["base_url"], "flower": run["flower_url"], "accounting": run["accounting_url"]}
    return lambda: all(answers() for answers in probes(urls, broker_url=run["broker_url"]).values())

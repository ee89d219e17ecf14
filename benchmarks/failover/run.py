"""A shop on the cluster, whoever uses it, and how soon sales go on each time that the leader ends."""

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psycopg

from benchmarks.chaos.calm import left
from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import History, read_exchanges
from benchmarks.chaos.people.crowd import Crowd, crowd
from benchmarks.chaos.people.probe import Sale
from benchmarks.failover.cluster import Cluster
from benchmarks.failover.node import Node
from project import env as environment
from project.commands.demo import django_on
from project.stack.embedded.child import wait_until
from project.stack.stack import Stack

SELLS_WITHIN_S = 15.0
SOLD_WITHIN_S = 60.0
CALM_WITHIN_S = 90.0
SELLS_FOR_S = 2.0

Blow = Callable[[Cluster, Node], None]
BLOWS: dict[str, Blow] = {
    "kill": lambda _, leader: leader.kill_server(),
    "machine": lambda _, leader: leader.kill_machine(),
    "switchover": lambda cluster, _: cluster.switch_over(),
}
"""`kill`: PostgreSQL with -9; `machine`: its Patroni too, so that nobody gives the lead up; `switchover`: planned."""

LOST = """
    SELECT (SELECT count(*) FROM orders_invoicenumber WHERE state = 'set_aside'),
        (SELECT count(*) FROM orders_invoicepool WHERE restored_at IS NOT NULL)
"""
KNOWN = """
    SELECT feed.awaits_standby AND invoice.awaits_standby
    FROM orders_feedepoch AS feed, orders_invoiceepoch AS invoice
"""
EPOCH = "SELECT id, timeline FROM orders_feedepoch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failover:
    """`pause_s`: the longest time from the blow on in which no sale was settled. `whole_after_s`: until the leader of
    before was the synchronous standby."""

    blow: str
    pause_s: float
    whole_after_s: float


@dataclass(slots=True)
class Outcome:
    failovers: list[Failover] = field(default_factory=list)
    sales: int = 0
    wrong: list[str] = field(default_factory=list)


def run(cluster: Cluster, blows: Sequence[str], *, home: Path, seed: int, tell: Callable[[str], None]) -> Outcome:
    """Each blow while tills sell, the next one when the cluster is whole again."""
    outcome = Outcome()
    history_file = home.with_name(f"{home.name}-history.jsonl")
    with history_file.open("w") as lines, _shop(cluster, home) as stack:
        run_info = stack.run_info
        with crowd(
            base_url=run_info["base_url"], keys=run_info["terminals"], history=History(lines), seed=seed
        ) as people:
            before = _row(cluster, EPOCH)
            for blow in blows:
                time.sleep(SELLS_FOR_S)
                outcome.failovers.append(_strike(cluster, blow, people))
                tell(told(outcome.failovers[-1]))
            people.close()
            outcome.wrong += left(cluster.url, seconds=CALM_WITHIN_S)
            people.look_once_more()
            outcome.sales = len(people.probe.sales)
            outcome.wrong += people.shop.failed
            outcome.wrong += _lost(cluster, before)
        with django_on(stack):
            from orders.audit.round import audit  # its models need the stack's database

            outcome.wrong += [f"the audit found a drift: {drift}" for drift in audit()]
    with history_file.open() as lines:
        outcome.wrong += wrong(read_exchanges(lines))
    return outcome


def told(one: Failover) -> str:
    return f"{one.blow:10} no sale for {one.pause_s:4.1f} s, two servers again after {one.whole_after_s:4.1f} s"


def late(failovers: Sequence[Failover], *, within_s: float) -> list[str]:
    """After which sales did not go on soon enough. A machine that is gone is missed when its lock has lapsed."""
    return [told(one) for one in failovers if one.blow != "machine" and one.pause_s > within_s]


@contextmanager
def _shop(cluster: Cluster, home: Path) -> Iterator[Stack]:
    environment.override(DATABASE_URL=cluster.url, BROKER_URL="", SECRET_KEY=secrets.token_hex(), RINGUP_HOME=str(home))
    with Stack(home=home, demo=True) as stack, stack.felt():
        yield stack


def _strike(cluster: Cluster, blow: str, people: Crowd) -> Failover:
    leader = cluster.wait_whole()
    # Within a second. Who took over before would set the numbers aside.
    assert wait_until(lambda: _row(cluster, KNOWN) == (True,), seconds=SOLD_WITHIN_S)
    began = time.monotonic()
    BLOWS[blow](cluster, leader)
    assert wait_until(lambda: cluster.leader not in (None, leader), seconds=SOLD_WITHIN_S), cluster.told()
    led = time.monotonic()
    wait_until(lambda: people.probe.sold_since(led) is not None, seconds=SOLD_WITHIN_S)
    if blow == "machine":
        leader.start()
    cluster.wait_whole()
    whole = time.monotonic()
    return Failover(blow=blow, pause_s=_pause(people.probe.sales, began, whole), whole_after_s=whole - began)


def _pause(sales: Sequence[Sale], began: float, ended: float) -> float:
    """A sale of the probe that was given up is settled later; others go on meanwhile."""
    settled = [at for sale in sales if (at := sale.settled) and began < at < ended]
    return max(later - before for before, later in pairwise([began, *sorted(settled), ended]))


def _lost(cluster: Cluster, before: tuple[object, ...]) -> Iterator[str]:
    """Numbers that were set aside, stores that wait for a person, followers who were made to begin anew."""
    numbers, stores = _row(cluster, LOST)
    epoch, timeline = _row(cluster, EPOCH)
    if numbers or stores:
        yield f"{numbers} invoice numbers were set aside, and {stores} stores wait for a person"
    if epoch != before[0]:
        yield "the feed began a new epoch"
    if timeline == before[1]:
        yield "no standby took over"


def _row(cluster: Cluster, sql: str) -> tuple[object, ...]:
    with psycopg.connect(cluster.url) as database:
        row = database.execute(sql.encode()).fetchone()
    assert row
    return row

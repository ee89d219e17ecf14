"""Tills sell at a shop of many hosts, each of which is cut off and healed once; and what came of it all."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from benchmarks.chaos.calm import left
from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import History, read_exchanges
from benchmarks.chaos.history.recorder import Recorder
from benchmarks.chaos.people.crowd import Crowd, crowd
from benchmarks.chaos.people.probe import Sale
from benchmarks.hosts.shop import BEATS, BROKER, DATABASE, FLOWER, WEBS, WORKERS, Shop
from project.stack.embedded.child import wait_until

"""How long a host is cut off at least."""
SELLS_FOR_S = 2.0
SOLD_WITHIN_S = 60.0
ENDED_WITHIN_S = 40.0
LEADS_WITHIN_S = 20.0
CALM_WITHIN_S = 90.0
TRIES = 40

# Locks that a worker holds which nobody hears any more.
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s AND backend_xid IS NOT NULL"
TAKEN = "SELECT count(*) FROM orders_command WHERE accepted_at > %s"
LEADER = "SELECT holder FROM ringup_lead WHERE until > clock_timestamp()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """`pause_s`: the longest time without a settled sale from the cut until all was well. `sold_after_s`: how long
    after the cut a sale was settled that began after it; `healed_sold_after_s`: the same after the host was healed.
    `taken`: how many commands were, while the broker was cut off. `told`: what else there is to say."""

    host: str
    lasted_s: float
    pause_s: float
    sold_after_s: float | None
    healed_sold_after_s: float | None
    well_after_s: float | None
    taken: int | None = None
    told: str = ""


@dataclass(slots=True)
class Outcome:
    cuts: list[Cut] = field(default_factory=list)
    sales: int = 0
    requests: int = 0
    wrong: list[str] = field(default_factory=list)


CUTS = (*WEBS[:1], *WORKERS[:1], "leader", FLOWER, BROKER, DATABASE)
"""`leader`: the host of the beat that leads just then."""


def run(shop: Shop, cuts: Sequence[str], *, lasts_s: float, seed: int, tell: Callable[[str], None]) -> Outcome:
    """Each cut for `lasts_s` while tills sell, the next one when all is well again."""
    outcome = Outcome()
    history_file = shop.home / "history.jsonl"
    with history_file.open("w") as lines:
        history = History(lines)
        unlike = [*_unlike_at_two_hosts(shop, history)]
        tell("\n".join(unlike) or "what one web host was sent, the other one knows: commands, keys, waits and the feed")
        outcome.wrong += unlike
        _sell(shop, cuts, history, outcome, lasts_s=lasts_s, seed=seed, tell=tell)
    audited = shop.manage("audit")
    if audited.returncode:
        outcome.wrong.append(f"the audit found a drift: {audited.stdout} {audited.stderr}")
    with history_file.open() as lines:
        exchanges = read_exchanges(lines)
    outcome.requests = len(exchanges)
    outcome.wrong += wrong(exchanges)
    return outcome


def _sell(
    shop: Shop,
    cuts: Sequence[str],
    history: History,
    outcome: Outcome,
    *,
    lasts_s: float,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    with crowd(base_url=shop.base_url, keys=shop.keys, history=history, seed=seed) as people:
        for host in cuts:
            time.sleep(SELLS_FOR_S)
            outcome.cuts.append(_strike(shop, host, people, lasts_s=lasts_s))
            tell(told(outcome.cuts[-1]))
        people.close()
        outcome.wrong += left(shop.database_url, seconds=CALM_WITHIN_S)
        people.look_once_more()
        outcome.sales = len(people.probe.sales)
        outcome.wrong += people.shop.failed


def told(one: Cut) -> str:
    def after(seconds: float | None) -> str:
        return "never" if seconds is None else f"{seconds:.1f} s"

    line = (
        f"{one.host:10} cut off for {one.lasted_s:4.1f} s: no sale for {one.pause_s:4.1f} s; a new one is settled"
        f" {after(one.sold_after_s)} after the cut, {after(one.healed_sold_after_s)} after it is healed; all is well"
        f" after {after(one.well_after_s)}"
    )
    return f"{line}; {one.told}" if one.told else line


def late(cuts: Sequence[Cut]) -> list[str]:
    """After which sales did not go on, or not all came back; or the broker's, where nothing was taken without it."""
    return [told(one) for one in cuts if None in (one.healed_sold_after_s, one.well_after_s) or one.taken == 0]


def _strike(shop: Shop, asked: str, people: Crowd, *, lasts_s: float) -> Cut:
    with psycopg.connect(shop.database_url, autocommit=True) as database:
        host = _led_by(database) if asked == "leader" else asked
        before = _one(database, "SELECT clock_timestamp()")
        began = _cut(shop, host, database)
        said, taken = "", None
        if host in WORKERS:
            said = _ended(shop, host, database, began)
        elif host in BEATS:
            said = _followed(host, database, began)
        time.sleep(max(0.0, began + lasts_s - time.monotonic()))
        if host == BROKER:
            taken = _one(database, TAKEN, before)
            said = f"{taken} commands were taken without it"
    sold = people.probe.sold_since(began)
    shop.network.heal(host)
    healed = time.monotonic()
    wait_until(lambda: people.probe.sold_since(healed) is not None, seconds=SOLD_WITHIN_S)
    again = people.probe.sold_since(healed)
    is_well = wait_until(shop.is_well, seconds=SOLD_WITHIN_S)
    well = time.monotonic()
    return Cut(
        host=host,
        lasted_s=healed - began,
        pause_s=_pause(people.probe.sales, began, well),
        sold_after_s=None if sold is None else sold - began,
        healed_sold_after_s=None if again is None else again - healed,
        well_after_s=well - healed if is_well else None,
        taken=taken,
        told=said,
    )


def _cut(shop: Shop, host: str, database: psycopg.Connection[Any]) -> float:
    """When it was; a worker in the midst of a batch, so that its transaction stays open with all its locks."""
    for _ in range(TRIES):
        if host in WORKERS:
            wait_until(lambda: _has_open(shop, host, database), seconds=SOLD_WITHIN_S)
        began = time.monotonic()
        shop.network.cut(host)
        if host not in WORKERS:
            return began
        time.sleep(0.1)
        if _has_open(shop, host, database):
            return began
        shop.network.heal(host)
    raise AssertionError(f"{host} was never cut off in the midst of a batch")


def _has_open(shop: Shop, host: str, database: psycopg.Connection[Any]) -> bool:
    return bool(_one(database, OPEN, shop.network[host].address))


def _ended(shop: Shop, host: str, database: psycopg.Connection[Any], began: float) -> str:
    assert wait_until(lambda: not _has_open(shop, host, database), seconds=ENDED_WITHIN_S), "it was never ended"
    return f"the server ended its transaction after {time.monotonic() - began:.1f} s"


def _followed(host: str, database: psycopg.Connection[Any], began: float) -> str:
    assert wait_until(lambda: _leader(database) not in ("", host), seconds=LEADS_WITHIN_S), "no other beat leads"
    return f"{_leader(database)} led after {time.monotonic() - began:.1f} s"


def _led_by(database: psycopg.Connection[Any]) -> str:
    assert wait_until(lambda: bool(_leader(database)), seconds=LEADS_WITHIN_S), "no beat leads"
    return _leader(database)


def _leader(database: psycopg.Connection[Any]) -> str:
    holder: str = _one(database, LEADER) or ""
    return holder.partition(" ")[0]


def _one(database: psycopg.Connection[Any], sql: str, *params: Any) -> Any:
    row = database.execute(sql.encode(), params).fetchone()
    return row[0] if row else None


def _pause(sales: Sequence[Sale], began: float, ended: float) -> float:
    """A sale of the probe that was given up is settled later; others go on meanwhile."""
    settled = [at for sale in sales if (at := sale.settled) and began < at < ended]
    return max(later - before for before, later in pairwise([began, *sorted(settled), ended]))


def _unlike_at_two_hosts(shop: Shop, history: History) -> Iterator[str]:
    """What one web host was sent is asked for at the other one, sent again there, and followed there."""
    with _till(shop, WEBS[0], history) as one, _till(shop, WEBS[1], history) as other:
        cursor = one.get("/changes", params={"after": "now"}).raise_for_status().json()["next_cursor"]
        sku = one.get("/products", params={"limit": 1}).raise_for_status().json()["items"][0]["sku"]
        sale = {
            "key": str(uuid4()),
            "kind": "pay",
            "order": {
                "id": str(uuid4()),
                "currency": "GBP",
                "fulfilment": "immediate",
                "lines": [{"sku": sku, "quantity": 1}],
            },
            "body": {"tenders": [{"method": "cash", "amount_minor": 100_000}], "shortage": "record"},
        }
        (sent,) = one.post("/commands", json=[sale]).raise_for_status().json()["items"]
        id_ = sent["command_id"]
        waited = other.get(f"/commands/{id_}", headers={"Prefer": "wait=10"}).raise_for_status().json()
        if waited["state"] != "succeeded":
            yield f"who waits at the other host is told {waited['state']}"
        (again,) = other.post("/commands", json=[sale]).raise_for_status().json()["items"]
        if again["command_id"] != id_:
            yield "a key that is sent again at the other host makes a command of its own"
        asked = one.get(f"/commands/{id_}").raise_for_status().json()
        if asked["state"] != waited["state"]:
            yield f"who asks at the first host is told {asked['state']}"
        followed = other.get("/changes", params={"after": cursor}).raise_for_status().json()["items"]
        if not any(id_ in str(change) for change in followed):
            yield "who follows at the other host hears nothing of it"


@contextmanager
def _till(shop: Shop, web: str, history: History) -> Iterator[httpx.Client]:
    """Others meet what it sells, so that it is recorded, too."""
    headers = {"Authorization": f"Bearer {shop.keys['pos']}"}
    by = Recorder(history, who="at two hosts", role="pos", by=httpx.HTTPTransport())
    base_url = f"{shop.url_of(web)}/api/v1"
    with httpx.Client(base_url=base_url, headers=headers, transport=by, trust_env=False, timeout=15) as client:
        yield client

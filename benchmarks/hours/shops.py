"""Shops side by side: each with a database and a stack of its own, all on one PostgreSQL."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from base.broker.choose import broker_at
from benchmarks.baselines import servers as baseline_servers
from benchmarks.baselines.servers import NO_BASELINES
from benchmarks.contenders import Servers
from benchmarks.hours.line import Line
from benchmarks.hours.opening import open_with
from benchmarks.lane import Lane, Size
from benchmarks.quiet import Left
from benchmarks.turns import Turns, programs
from benchmarks.upkeep import resting
from project import env as environment
from project.stack.embedded.pgbouncer import EmbeddedPgBouncer
from project.stack.servers import Servers as OwnServers
from project.stack.servers import passing_database
from project.stack.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """`lanes`: by contender; `broker_url`: its stack's own."""

    home: Path
    database_url: str
    broker_url: str
    lanes: Mapping[str, Lane]
    turns: Turns


@contextmanager
def opened(
    home: Path,
    servers: OwnServers,
    *,
    sizes: Mapping[str, Size],
    numbers: int,
    orders: int = 0,
    line: Line | None = None,
    has_baselines: bool = False,
    rests: bool = True,
    broker_url: str = "",
    pooler: EmbeddedPgBouncer | None = None,
) -> Iterator[Shop]:
    """With `orders` that were sold before, and `numbers` for what is sold now. Its programs reach the database by the
    `line`, those of the baselines too where it has any, or through the `pooler`. `rests`: there is no upkeep meanwhile.
    `broker_url`: of one that holds nothing; empty: the stack has its own."""
    shutil.rmtree(home, ignore_errors=True)  # what the broker of an earlier run has kept
    with passing_database(servers.database_url) as url:
        lanes = open_with(sizes, orders=orders, numbers=numbers, database_url=url, broker_url=servers.broker_url)
        way = line.to(url) if line else pooler.before(url) if pooler else url
        environment.override(DATABASE_URL=way, OWNER_DATABASE_URL=url if pooler else "", BROKER_URL=broker_url)
        with Stack(home=home) as stack:
            broker_url = stack.run_info["broker_url"]
            environment.override(BROKER_URL=broker_url, OWNER_DATABASE_URL="")
            with (
                resting(broker_url) if rests else nullcontext(),
                baseline_servers.running(home, broker_url=broker_url)
                if has_baselines
                else nullcontext(NO_BASELINES) as baselines,
                psycopg.connect(url, autocommit=True) as looking_on,
            ):
                pids = programs(stack.run_info["pids"], baselines.pids)
                yield Shop(
                    home=home,
                    database_url=url,
                    broker_url=broker_url,
                    lanes=lanes,
                    turns=Turns(
                        servers=Servers(
                            product_url=stack.run_info["base_url"],
                            baselines_url=baselines.base_url,
                            database_url=url,
                        ),
                        pids=pids | {name: one.pid for name, one in servers.embedded.items() if name == "postgres"},
                        left=Left(broker_at(broker_url), looking_on),
                    ),
                )

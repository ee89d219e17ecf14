"""`./ringup bench pooler`: a shop on PostgreSQL and one behind PgBouncer, in turns: what transaction mode costs.

PgBouncer is the machine's own package."""

import os
from contextlib import ExitStack

import django
from rich.console import Console

from benchmarks.hours.begun import measured, own_servers, parser
from benchmarks.hours.shops import Shop, opened
from benchmarks.hours.side_by_side import FULL, QUICK, SIZES, SideBySide, compared
from benchmarks.plan import Plan
from project import env as environment
from project.stack.embedded.pgbouncer import HOW_TO_GET_IT, EmbeddedPgBouncer, pgbouncer

POOL_SIZE = 20


def main(arguments: list[str]) -> int:
    options = parser("pooler", __doc__).parse_args(arguments)
    if pgbouncer() is None:
        environment.stop(HOW_TO_GET_IT)
    plan = QUICK if options.quick else FULL
    return measured("pooler", arguments, options.json, lambda console: run(plan, console))


def run(plan: Plan, console: Console) -> SideBySide:
    with (
        own_servers("bench-pooler") as (home, servers),
        EmbeddedPgBouncer(
            home / "pooler", database_url=servers.database_url, connect_query=_connect_query(), pool_size=POOL_SIZE
        ) as pooler,
        ExitStack() as open_shops,
        console.status("") as status,
    ):
        shops: dict[str, Shop] = {}
        ((version,),) = (one.values() for one in pooler.tell("SHOW VERSION"))
        for name, way in (("directly", None), (version, pooler)):
            status.update(f"opening a shop: {name}")
            shops[name] = open_shops.enter_context(
                opened(home / name.split()[0], servers, sizes=SIZES, numbers=plan.pool, pooler=way)
            )
        return compared("way", shops, plan, database_url=servers.database_url, status=status)


def _connect_query() -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from project.pooler import connect_query  # Django's settings have what it says

    return connect_query()

"""A function in the database, driven by pgbench: what the server does when nothing else is in the way."""

import re
import subprocess
import tempfile
from importlib.resources import files
from pathlib import Path

import psycopg
from psycopg import pq

from benchmarks.lane import Lane
from project import env as environment
from project.database import configuration
from project.stack.embedded.child import ServerFailed
from project.stack.embedded.root import LIBRARIES

CONNECTIONS, THREADS = 16, 2
PROGRAM = LIBRARIES / "pginstall" / "bin" / "pgbench"
UUID7_SINCE = 180_000

# Three different products of two hundred, or the first of them and two of the others.
SPREAD = r"""
\set first random(0, 199)
\set second (:first + random(1, 99)) % 200
\set third (:first + random(100, 199)) % 200
"""
HOT = r"""
\set first 0
\set second random(1, 99)
\set third random(100, 199)
"""
SELL = r"""
\set first :base + :first
\set second :base + :second
\set third :base + :third
SELECT bench_sell(:store, :terminal, :seller, ARRAY[:first, :second, :third]::bigint[]);
"""


def install(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as database:
        # Ids that grow keep their indexes' last pages warm; older servers make random ones only.
        new_id = "uuidv7()" if database.info.server_version >= UUID7_SINCE else "gen_random_uuid()"
        statement = files(__package__).joinpath("sell.sql").read_text().format(new_id=new_id)
        database.execute(statement.encode())


def run(lane: Lane, *, database_url: str, is_hot: bool, seconds: float) -> tuple[int, float, float]:
    """Sales made, sales a second, and their average latency in seconds. Pgbench knows whole seconds only.

    A run in which not one sale came to its end, as on a machine that is busy with other things, is made again longer.
    """
    duration_s = max(1, round(seconds))
    while not (said := _run(lane, database_url=database_url, is_hot=is_hot, duration_s=duration_s)):
        duration_s *= 2
    return said


def _run(lane: Lane, *, database_url: str, is_hot: bool, duration_s: int) -> tuple[int, float, float] | None:
    with tempfile.TemporaryDirectory(prefix="ringup-pgbench-") as folder:
        script = Path(folder) / "sell.sql"
        script.write_text((HOT if is_hot else SPREAD) + SELL)
        variables = {
            "store": lane.store_id,
            "terminal": lane.terminal_id,
            "seller": lane.name,
            "base": lane.wares[0].id,
        }
        done = subprocess.run(
            [
                *(PROGRAM, "-n", "-M", "prepared", "-f", script),
                *("-c", str(CONNECTIONS), "-j", str(THREADS), "-T", str(duration_s)),
                *(part for name, value in variables.items() for part in ("-D", f"{name}={value}")),
            ],
            env=environment.for_child(**connection_of(database_url)),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise ServerFailed(f"pgbench failed: {' '.join(done.stderr.split())[-300:]}")
    return figures(done.stdout)


def connection_of(database_url: str) -> dict[str, str]:
    """In the environment, since everybody may read a process's arguments; libpq has a variable for each parameter.

    Plans as the product's connections have, but weighed anew each time: the function's own statements are eight times
    slower otherwise (measured), and it shall be as fast as it can.
    """
    given = pq.Conninfo.parse(database_url.encode())
    return {
        **{one.envvar.decode(): one.val.decode() for one in given if one.envvar and one.val},
        "PGOPTIONS": f"{configuration(database_url)['OPTIONS']['options']} -c plan_cache_mode=auto",
    }


def figures(said: str) -> tuple[int, float, float] | None:
    """From pgbench's report: sales, sales a second, average latency in seconds; None if there was no sale."""
    if re.search(r"transactions actually processed: 0\b", said):
        return None
    sales, latency_ms, sales_per_s = (
        re.search(pattern, said)
        for pattern in (
            r"transactions actually processed: (\d+)",
            r"latency average = ([\d.]+) ms",
            r"tps = ([\d.]+)",
        )
    )
    if not (sales and latency_ms and sales_per_s):
        raise ServerFailed(f"pgbench said something else: {said[-300:]}")
    return int(sales[1]), float(sales_per_s[1]), float(latency_ms[1]) / 1000

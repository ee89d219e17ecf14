"""`python -m benchmarks.hours.opening`: open a shop in the database of the environment, which is empty.

A process of its own for each shop, since Django knows one database. What is wanted comes as JSON, as the lanes go.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

import django
from django.core.management import call_command

from benchmarks.lane import Lane, Size
from project import env as environment
from project.stack.embedded.child import ServerFailed

STORE = "store-1"
"""The one with most of what was sold before."""


def open_with(
    sizes: Mapping[str, Size], *, orders: int, numbers: int, database_url: str, broker_url: str
) -> dict[str, Lane]:
    """`orders`: made before by SQL, for which it takes a superuser; `numbers`: free invoice numbers for what is sold
    now."""
    wanted = {"sizes": {name: asdict(size) for name, size in sizes.items()}, "orders": orders, "numbers": numbers}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.hours.opening"],
        input=json.dumps(wanted),
        env=environment.for_child(DATABASE_URL=database_url, BROKER_URL=broker_url, STATEMENT_TIMEOUT_MS="0"),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"the shop could not be opened: {done.stderr.strip().splitlines()[-1]}")
    return {name: Lane.from_json(lane) for name, lane in json.loads(done.stdout).items()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    from benchmarks.grown.database import fill
    from benchmarks.shop import add_numbers, open_lanes, open_store  # models need Django

    wanted = json.load(sys.stdin)
    call_command("migrate", verbosity=0)
    if wanted["orders"]:
        fill(environment.current().database_url, orders=wanted["orders"])
    store_id = open_store(STORE)
    lanes = open_lanes(store_id, {name: Size(**size) for name, size in wanted["sizes"].items()})
    add_numbers(store_id, wanted["numbers"])
    json.dump({name: asdict(lane) for name, lane in lanes.items()}, sys.stdout)


if __name__ == "__main__":
    main()

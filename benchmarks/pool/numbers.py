"""`./ringup bench numbers`: do sales queue for invoice numbers? Eight connections pay at once, each transaction held
open for 50 ms, with SKIP LOCKED and without."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command
from django.db import connections
from rich.console import Console

from benchmarks.host.machine import server_settings
from benchmarks.results.tables import print_head, table
from project import env as environment
from project.stack.embedded.child import ServerFailed
from project.stack.ending import term_as_interrupt
from project.stack.home import HomeTaken, kept_secret, locked
from project.stack.servers import running

CLIENTS = 8
SECONDS = 5.0
SALES_MAX = 1_200
"""More than can be sold in the time, at 50 ms a sale and connection."""

GENERATORS = {
    "with SKIP LOCKED": "benchmarks.pool.queues.passing_over",
    "without": "benchmarks.pool.queues.queueing",
}


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="./ringup bench numbers", description=__doc__).parse_args(arguments)
    term_as_interrupt()
    console = Console()
    try:
        with fresh_database() as database_url:
            from benchmarks.pool.paying import Paid, pay_at_once  # Django's models need the database

            database = server_settings(database_url)
            paid: dict[str, Paid] = {}
            for number, (title, generator) in enumerate(GENERATORS.items()):
                with console.status(f"{CLIENTS} connections pay at once, {title}"):
                    paid[title] = pay_at_once(
                        generator, name=f"bench-{number}", sales=SALES_MAX, clients=CLIENTS, seconds=SECONDS
                    )
    except KeyboardInterrupt:
        print("ringup: interrupted, everything is stopped")
        return 130
    except (HomeTaken, ServerFailed) as failed:
        environment.stop(str(failed))
    print_figures(console, {title: one.sales_per_s for title, one in paid.items()}, database=database)
    return 0


@contextmanager
def fresh_database() -> Iterator[str]:
    """A migrated database of this run's own, which Django is connected to; no worker is there to help."""
    env = environment.current()
    home = env.ringup_home / "bench-numbers"
    with locked(home), running(env, home=home, fresh=True) as servers:
        environment.override(
            RINGUP_HOME=str(home),
            DATABASE_URL=servers.database_url,
            BROKER_URL=servers.broker_url,
            SECRET_KEY=env.secret_key or kept_secret(home / "secret_key"),
            LOG_LEVEL="WARNING",
        )
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        try:
            yield servers.database_url
        finally:
            connections.close_all()


def print_figures(console: Console, sales_per_s: dict[str, float], *, database: dict[str, str]) -> None:
    print_head(console, database=database)
    title = f"{CLIENTS} connections pay at once, each transaction is held open for 50 ms"
    made = table(title, "invoice numbers are taken", "sales/s")
    for name, rate in sales_per_s.items():
        made.add_row(name, f"{rate:,.1f}")
    console.print(made)
    skipping, queueing = sales_per_s.values()
    console.print(f"With SKIP LOCKED {skipping / queueing:.1f} times as many; no number is given twice either way.")

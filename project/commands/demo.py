"""`./ringup demo`: sell a real day through a fresh stack of its own, and check the books in the evening."""

import argparse
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path

import django
from django.db import connections
from rich.console import Console

from base.operator.help import parser_of
from project import env as environment
from project.demo.day.day import Day, Sale, read_day, slips_text
from project.demo.day.files import BUNDLED, read_lines
from project.demo.day.rows import BadDay
from project.demo.outage import pool_settings
from project.demo.summary import print_summary
from project.demo.terminals import TillFailed
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.ending import Interruptible, term_as_interrupt
from project.stack.home import HomeTaken, kept_secret
from project.stack.stack import Stack

TILLS_MAX = 100
DOES = """Sell a real day of a shop through a stack of its own, stop it, and check the books. What it sold is in a
folder of its own, and forgotten by the next demo; the shop in this folder is not touched."""
EXAMPLES = ["./ringup demo", "./ringup demo --scarce", "./ringup demo --accounting-down --report day.json"]
ENDS = {0: "everything holds", 1: "something was lost, doubled or oversold", 130: "it was interrupted"}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    day = open_day(options.data)
    if options.accounting_down:
        make_pool_small(day)
    term_as_interrupt()
    console = Console()
    console.print(f"Ringup sells {options.data.name} with {options.terminals} tills")
    console.print(slips_text(day))
    with Interruptible() as run:
        try:
            with ExitStack() as parts:
                with console.status("starting the stack"):
                    stack = parts.enter_context(Stack(home=demo_home(), fresh=True))
                parts.enter_context(django_on(stack))
                from project.demo.run import run_day  # its models need Django, and that needs the stack's database

                outcome = run_day(
                    day,
                    tills=options.terminals,
                    scarce=options.scarce,
                    accounting_down=options.accounting_down,
                    run_info=stack.run_info,
                    console=console,
                )
                with console.status("stopping the stack"):
                    parts.close()
        except (BadSetting, HomeTaken, ServerFailed, TillFailed) as failed:
            environment.stop(str(failed))
    if run.is_interrupted:
        print("ringup: interrupted, everything is stopped")
        return 130
    print_summary(console, report=outcome.report, refused=outcome.refused, broken=outcome.broken, scarce=options.scarce)
    if options.report:
        options.report.write_text(json.dumps(asdict(outcome.report), indent=2) + "\n")
    return 1 if outcome.broken else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = parser_of("demo", DOES, examples=EXAMPLES, ends=ENDS)
    parser.add_argument("--data", type=Path, default=BUNDLED, metavar="CSV", help="another sales day")
    parser.add_argument("--terminals", type=tills, default=5, metavar="N", help="tills that sell at once")
    parser.add_argument("--scarce", action="store_true", help="half the stock of the ten most-sold products")
    parser.add_argument("--accounting-down", action="store_true", help="accounting is down for a third of the day")
    parser.add_argument("--report", type=writable, metavar="FILE", help="write the figures as JSON")
    return parser.parse_args(arguments)


def tills(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= TILLS_MAX:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {TILLS_MAX}, not {text!r}")
    return int(text)


def writable(text: str) -> Path:
    """Better refused now than after the day."""
    path = Path(text).absolute()
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write {text}")
    return path


def open_day(path: Path) -> Day:
    try:
        return read_day(read_lines(path))
    except (BadDay, OSError, EOFError, zlib.error) as error:
        environment.stop(f"{path}: {getattr(error, 'strerror', None) or error}")


def make_pool_small(day: Day) -> None:
    """So that it runs empty while accounting is down."""
    if environment.current().accounting_url:
        environment.stop("--accounting-down: needs the simulator, so ACCOUNTING_URL must not be set")
    sales = sum(isinstance(step, Sale) for slip in day.slips for step in slip.steps)
    environment.override(**pool_settings(sales))


def demo_home() -> Path:
    """A folder of its own: a demo begins by forgetting, and must never forget what a shop has sold."""
    return environment.current().ringup_home / "demo"


@contextmanager
def django_on(stack: Stack) -> Iterator[None]:
    """Django in this process, on the stack's database; its connections are closed before the stack stops."""
    environment.override(
        RINGUP_HOME=str(stack.home),
        DATABASE_URL=stack.run_info["database_url"],
        BROKER_URL=stack.run_info["broker_url"],
        SECRET_KEY=environment.current().secret_key or kept_secret(stack.home / "secret_key"),
        LOG_LEVEL="WARNING",
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    django.setup()
    try:
        yield
    finally:
        connections.close_all()

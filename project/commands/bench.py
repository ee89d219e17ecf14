"""`./ringup bench`: measure the pipeline against its baselines, side by side on the same servers."""

import argparse
import json
import time
from dataclasses import replace

from rich.console import Console

from base.operator.help import parser_of
from benchmarks import idle
from benchmarks.contenders import CONTENDERS
from benchmarks.drawn import keep
from benchmarks.hours import brokers, delay, grown, memory, pooler
from benchmarks.overload import run as overload
from benchmarks.plan import FULL, QUICK, Part
from benchmarks.pool import numbers
from project import env as environment
from project.commands.demo import django_on, writable
from project.demo.versions import read_versions
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.ending import Interruptible, term_as_interrupt
from project.stack.home import HomeTaken
from project.stack.stack import Stack

TABLE_WIDTH = 140
DOES = """Measure the pipeline against its baselines, side by side on the same servers."""
EXAMPLES = [
    "./ringup bench --quick --only view,singles",
    "./ringup bench --json figures.json",
    "./ringup bench numbers   # do sales queue for invoice numbers?",
    "./ringup bench idle      # what does an idle stack cost?",
    "./ringup bench brokers   # what does RabbitMQ cost in place of Valkey?",
    "./ringup bench pooler    # what does PgBouncer cost in front of PostgreSQL?",
    "./ringup bench grown     # does a shop sell as many after a million commands, and what do they take on disk?",
    "./ringup bench delay     # what if the database is a millisecond away, and what do more workers add then?",
    "./ringup bench memory    # does any program grow over many commands?",
    "./ringup bench overload  # three times too much, and a broken till: is all that is promised kept?",
    "./ringup bench pictures  # draw pictures and tables anew from the figures that are kept",
]
ENDS = {1: "something was wrong: books that do not add up, work that was left", 130: "it was interrupted"}
ROUNDS_MAX = 100
OTHERS = {
    "delay": delay.main,
    "grown": grown.main,
    "brokers": brokers.main,
    "idle": idle.main,
    "memory": memory.main,
    "numbers": numbers.main,
    "overload": overload.main,
    "pictures": keep.main,
    "pooler": pooler.main,
}
"""What else is measured, each by a program of its own."""


def main(arguments: list[str]) -> int:
    """0 if nothing was wrong: the books of every contender add up and no work was left. Whether targets are met is only
    told: machines are noisy."""
    if arguments and (other := OTHERS.get(arguments[0])):
        return other(arguments[1:])
    options = parse(arguments)
    term_as_interrupt()
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    plan = replace(QUICK if options.quick else FULL, only=options.only)
    plan = replace(plan, rounds=options.rounds or plan.rounds)
    # Its tills are programs that call as fast as they can.
    environment.override(INVOICE_POOL_TARGET=str(plan.pool), TERMINAL_REQUESTS_PER_S="0")
    pool_low = environment.current().invoice_pool_low
    announced_s, began_at = plan.seconds([one.name for one in CONTENDERS]), time.monotonic()
    console.print(f"This takes about {announced_s / 60:.1f} minutes, longer where others work too.", highlight=False)
    with Interruptible() as run:
        try:
            with Stack(home=environment.current().ringup_home / "bench", fresh=True) as stack:
                # In this process the pool is topped up before each turn, however much is in it.
                environment.override(INVOICE_POOL_LOW=str(plan.pool))
                with django_on(stack):
                    from benchmarks.results.report import (  # Django's models need the stack's database
                        as_json,
                        print_report,
                    )
                    from benchmarks.run import run_bench

                    bench = run_bench(
                        plan,
                        home=stack.home,
                        run_info=stack.run_info,
                        pool_low=pool_low,
                        console=console,
                    )
                    versions = read_versions(broker_url=stack.run_info["broker_url"])
        except (BadSetting, HomeTaken, ServerFailed) as failed:
            environment.stop(str(failed))
    if run.is_interrupted:
        print("ringup: interrupted, everything is stopped")
        return 130
    seconds = {"announced": announced_s, "taken": time.monotonic() - began_at}
    print_report(console, bench, versions=versions, seconds=seconds)
    command_line = " ".join(["./ringup", "bench", *arguments])
    report = as_json(bench, versions=versions, seconds=seconds, command_line=command_line)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    if options.keep and not bench.wrong:
        keep.keep(report)
    return 1 if bench.wrong else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    does = (
        f"{DOES} Contenders are {', '.join(one.name for one in CONTENDERS)}; other parts are {', '.join(Part)}. A"
        " target that is missed is told, and no more."
    )
    parser = parser_of("bench", does, examples=EXAMPLES, ends=ENDS)
    parser.add_argument("--json", type=writable, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--keep", action="store_true", help="keep all figures in docs/, with pictures and tables")
    parser.add_argument("--rounds", type=rounds, metavar="N", help="turns of each: more are steadier, fewer quicker")
    parser.add_argument("--quick", action="store_true", help="shorter turns: figures are less steady")
    parser.add_argument(
        "--only",
        type=names,
        default=frozenset(),
        metavar="NAMES",
        help="measure these alone, as view,singles; ratios to whom is left out are left out, too",
    )
    options = parser.parse_args(arguments)
    if options.keep and (options.quick or options.only):
        parser.error("only a whole run is kept")
    return options


def rounds(text: str) -> int:
    if not 1 <= (number := int(text)) <= ROUNDS_MAX:
        raise argparse.ArgumentTypeError(f"from 1 to {ROUNDS_MAX}")
    return number


def names(text: str) -> frozenset[str]:
    """Of contenders and parts, with commas between them."""
    given, known = frozenset(text.split(",")), {*(one.name for one in CONTENDERS), *Part}
    if unknown := given - known:
        raise argparse.ArgumentTypeError(f"nobody is called {', '.join(sorted(unknown))}; see --help")
    if given == {Part.POSTING}:
        raise argparse.ArgumentTypeError("what is posted must have been sold: name a contender, too")
    return given

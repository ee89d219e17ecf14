"""`./ringup bench`: measure the pipeline against its baselines, side by side on the same servers."""

import argparse
import json

from rich.console import Console

from benchmarks import idle, numbers
from benchmarks.plan import FULL, QUICK
from project import env as environment
from project.commands.demo import django_on, writable
from project.demo.versions import read_versions
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.ending import Interruptible, term_as_interrupt
from project.stack.home import HomeTaken
from project.stack.stack import Stack

TABLE_WIDTH = 140


def main(arguments: list[str]) -> int:
    """0 if the books of every contender are right, whether or not the targets are met."""
    if arguments[:1] == ["numbers"]:
        return numbers.main(arguments[1:])
    if arguments[:1] == ["idle"]:
        return idle.main(arguments[1:])
    options = parse(arguments)
    term_as_interrupt()
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    plan = QUICK if options.quick else FULL
    # Its tills are programs that call as fast as they can.
    environment.override(INVOICE_POOL_TARGET=str(plan.pool), TERMINAL_REQUESTS_PER_S="0")
    pool_low = environment.current().invoice_pool_low
    with Interruptible() as run:
        try:
            with Stack(home=environment.current().ringup_home / "bench", fresh=True) as stack:
                # In this process the pool is topped up before each turn, however much is in it.
                environment.override(INVOICE_POOL_LOW=str(plan.pool))
                with django_on(stack):
                    from benchmarks.report import as_json, print_report  # Django's models need the stack's database
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
    print_report(console, bench, versions=versions)
    if options.json:
        command_line = " ".join(["./ringup", "bench", *arguments])
        report = as_json(bench, versions=versions, command_line=command_line)
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if bench.wrong else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    epilog = (
        "./ringup bench numbers: do sales queue for invoice numbers? ./ringup bench idle: what does an idle stack cost?"
    )
    parser = argparse.ArgumentParser(prog="./ringup bench", description=__doc__, epilog=epilog)
    parser.add_argument("--json", type=writable, metavar="FILE", help="write all figures as JSON")
    parser.add_argument("--quick", action="store_true", help="shorter turns: figures are less steady")
    return parser.parse_args(arguments)

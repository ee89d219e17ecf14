"""`./ringup chaos`: sell, ship and give back while everything breaks, then find whether any answer was wrong.

The stack is one of its own, with embedded servers, in RINGUP_HOME/chaos. Status 0: nothing was, and all is settled.
"""

import argparse
import json
import secrets
import sys

from rich.console import Console

from base.operator.help import parser_of
from benchmarks.chaos.each import kill_each
from benchmarks.chaos.run import Plan, run
from project import env as environment
from project.commands.demo import writable
from project.commands.up import tell
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.embedded.rabbitmq import HOW_TO_GET_IT, EmbeddedRabbitMQ, rabbitmq
from project.stack.embedded.server import EmbeddedServer
from project.stack.embedded.valkey import EmbeddedValkey
from project.stack.ending import Interruptible, term_as_interrupt
from project.stack.home import HomeTaken

MINUTES_MAX = 24 * 60
BROKERS: dict[str, type[EmbeddedServer]] = {"valkey": EmbeddedValkey, "amqp": EmbeddedRabbitMQ}
DOES = """Sell, ship and give back while everything breaks, in a stack of its own, then find whether any answer was
wrong. The shop in this folder is not touched."""
EXAMPLES = ["./ringup chaos", "./ringup chaos --minutes 10 --seed 7 --json chaos.json", "./ringup chaos --each"]
ENDS = {0: "nothing was wrong, and all is settled", 1: "an answer was wrong", 130: "it was interrupted"}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    broker = BROKERS[options.broker]
    if broker is EmbeddedRabbitMQ and not rabbitmq():
        environment.stop(HOW_TO_GET_IT)
    environment.override(DATABASE_URL="", BROKER_URL="", ACCOUNTING_URL="", TERMINAL_REQUESTS_PER_S="0")
    home = (environment.current().ringup_home / "chaos").absolute()
    term_as_interrupt()
    with Interruptible():
        try:
            if options.each:
                return kill_each(home, broker=broker, tell=tell)
            print(f"Seed {options.seed}: the same faults in the same order, at other moments", flush=True)
            plan = Plan(minutes=options.minutes, seed=options.seed, home=home, broker=broker)
            report = run(plan, tell=tell)
        except (BadSetting, HomeTaken, ServerFailed) as failed:
            environment.stop(str(failed))
        console = Console()
        console.width = max(console.width, 100)
        report.say(console)
        if options.json:
            options.json.write_text(json.dumps(report.as_json(), indent=2) + "\n")
        return 1 if report.wrong else 0
    print(f"ringup: interrupted, everything is stopped; the seed was {options.seed}")
    sys.exit(130)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = parser_of("chaos", DOES, examples=EXAMPLES, ends=ENDS)
    parser.add_argument("--minutes", type=minutes, default=2.0, metavar="M", help="how long things break")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), metavar="S", help="which, in which order")
    parser.add_argument("--json", type=writable, metavar="FILE", help="write what came of it as JSON")
    parser.add_argument("--each", action="store_true", help="only kill each kind of process once")
    parser.add_argument(
        "--broker", choices=BROKERS, default="valkey", help="which one; amqp: a RabbitMQ of this machine"
    )
    return parser.parse_args(arguments)


def minutes(text: str) -> float:
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given <= MINUTES_MAX:
        raise argparse.ArgumentTypeError(f"must be a number above 0 and up to {MINUTES_MAX}, not {text!r}")
    return given

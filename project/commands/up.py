"""`./ringup up`: the stack in the foreground, until TERM or Ctrl-C."""

import argparse
import contextlib
import datetime
from pathlib import Path
from typing import Any

from base.operator.help import parser_of
from project import env as environment
from project.env import BadSetting
from project.stack.embedded.child import ServerFailed
from project.stack.ending import term_as_interrupt
from project.stack.home import HomeTaken
from project.stack.stack import Stack

DOES = """Start the stack in the foreground: web server, workers, scheduler, Flower, and stand-ins for the servers that
are not configured. Whatever dies is started again. Ctrl-C, TERM or ./ringup stop end it."""
EXAMPLES = ["./ringup up", "./ringup up --verbose", "WEB_PORT=8080 RINGUP_HOME=~/shop ./ringup up"]
ENDS = {0: "it was stopped", 2: "it cannot run: a setting, a port or a server is in the way, and one line says which"}
SCREEN = """
  Ringup is ready.

  First page   {base_url}/
  API          {base_url}/api/v1/    (docs: {base_url}/api/v1/docs)
  Till         {base_url}/till/    (begun with a code: docs/browser-till.md)
  Admin        {admin_url}    (name: admin)
  Flower       {flower_url}/    (name: {flower})
  Accounting   {accounting_url}
  Processes    {processes}
  Keys         {keys}
  For programs {run}
  Logs         {logs}

  Ctrl-C stops it.
"""


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    term_as_interrupt()
    try:
        with Stack(demo=options.demo, tell=tell, verbose=options.verbose) as stack:
            print(screen(stack.run_info, stack.home), flush=True)
            stack.wait()
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # its terminal may be gone
            print("ringup: stopped", flush=True)
    except (ServerFailed, HomeTaken, BadSetting) as error:
        environment.stop(str(error))
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = parser_of("up", DOES, examples=EXAMPLES, ends=ENDS)
    parser.add_argument("--verbose", action="store_true", help="show on the terminal what the processes log")
    parser.add_argument("--demo", action="store_true", help="fill an empty database of your own with the demo's stores")
    return parser.parse_args(arguments)


def tell(line: str) -> None:
    print(f"{datetime.datetime.now().astimezone():%H:%M:%S} {line}", flush=True)


def screen(run: dict[str, Any], home: Path) -> str:
    keys, own_flower = home / "keys.json", environment.current().flower_basic_auth
    flower, of_flower = own_flower.partition(":")[0] or "ringup", "" if own_flower else f", {home / 'flower_password'}"
    known = f"{keys} (terminals, admin){of_flower}" if keys.exists() else "those you made"
    places = {"keys": known, "run": home / "run.json", "logs": home / "log"}
    return SCREEN.format(**run, **places, processes=", ".join(run["pids"]), flower=flower)

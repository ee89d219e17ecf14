"""`./ringup up`: the stack in the foreground, until TERM or Ctrl-C."""

import signal
from pathlib import Path
from typing import Any

from project import env as environment
from project.embedded.child import ServerFailed
from project.ending import term_as_interrupt
from project.env import BadSetting
from project.home import HomeTaken
from project.stack import Stack

SCREEN = """
  Ringup is ready.

  API          {base_url}/api/v1/    (docs: {base_url}/api/v1/docs)
  Admin        {admin_url}    (name: admin)
  Flower       {flower_url}/    (name: ringup)
  Accounting   {accounting_url}
  Processes    {processes}
  Keys         {keys}
  For programs {run}

  Ctrl-C stops it.
"""


def main(arguments: list[str]) -> int:
    if arguments:
        environment.stop(f"up takes no arguments, not {' '.join(arguments)}")
    term_as_interrupt()
    try:
        with Stack(quiet=False) as stack:
            print(screen(stack.run_info, stack.home), flush=True)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        print("ringup: stopped")
    except (ServerFailed, HomeTaken, BadSetting) as error:
        environment.stop(str(error))
    return 0


def screen(run: dict[str, Any], home: Path) -> str:
    keys = home / "keys.json"
    known = f"{keys} (terminals, admin), {home / 'flower_password'}" if keys.exists() else "those you made"
    return SCREEN.format(**run, processes=", ".join(run["pids"]), keys=known, run=home / "run.json")

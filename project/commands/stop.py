"""`./ringup stop`: stop the stack that runs in this home, and wait until all of it has ended."""

import contextlib
import os
import signal

from base.operator.help import parser_of
from project import env as environment
from project.stack.embedded.child import wait_until
from project.stack.running import is_running, run_info

STOPPED_WITHIN_S = 30
DOES = "Stop the stack that runs in this home, and wait until all of it has ended."
ENDS = {0: "nothing runs in this home any more", 2: "it has not ended, or is starting or stopping just now"}


def main(arguments: list[str]) -> int:
    parser_of("stop", DOES, examples=["./ringup stop"], ends=ENDS).parse_args(arguments)
    home = environment.current().ringup_home
    if not is_running(home):
        print(f"ringup: no stack runs in {home}")
        return 0
    run = run_info(home)
    if run is None:
        environment.stop(f"the stack in {home} is starting or stopping; try again in a moment")
    with contextlib.suppress(ProcessLookupError):
        os.kill(run["pids"]["up"], signal.SIGTERM)
    if not wait_until(lambda: not is_running(home), seconds=STOPPED_WITHIN_S):
        environment.stop(f"the stack has not ended within {STOPPED_WITHIN_S} s; its process is {run['pids']['up']}")
    print("ringup: stopped")
    return 0

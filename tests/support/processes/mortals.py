"""Workers that die, one after the other: `python -m tests.support.processes.mortals`.

It reads what to settle, a line each, and forks a child for it, which dies where
`tests.support.processes.crashing` was told to. It answers with the signal that the child died of, or 0.
"""

import os
import sys
from uuid import UUID

import django


def main() -> None:
    django.setup()
    from tests.support.processes import crashing
    from tests.support.shop.rung import run, run_drawer

    crashing.arm()
    print("ready", flush=True)
    for line in sys.stdin:
        name = line.strip()
        child = os.fork()
        if child == 0:
            try:
                if name.startswith("drawer "):
                    run_drawer(int(name.removeprefix("drawer ")))
                else:
                    run([int(name) if name.isdigit() else UUID(name)])
            finally:
                os._exit(0)
        print(os.WTERMSIG(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()

"""`./ringup VERB`: each verb is one file in project/commands."""

import errno
import importlib
import os
import sys

from project import env as environment

VERBS = {
    "up": "start the stack in the foreground",
    "status": "tell what runs in this home, and whether it is well",
    "stop": "stop the stack that runs in this home",
    "logs": "show what its processes log, as it comes",
    "demo": "sell a real day through a fresh stack and check the books",
    "test": "run the tests (arguments go to pytest)",
    "check": "lint, format, types, imports, migrations",
    "bench": "measure the pipeline against its baselines",
    "chaos": "break everything while it sells, and find what was wrong",
    "manage": "make stores and terminals, look at a day, audit, migrate ...",
    "lock": "resolve the requirements anew",
}

INTERRUPTED, PIPE_CLOSED = 130, 141

OF_THE_MACHINE = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE),
    *(errno.EEXIST, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EIO),
}
"""What a person mends who looks after the machine: a folder that is none, rights, room, limits."""


def usage() -> str:
    verbs = "".join(f"\n  {verb:8}{does}" for verb, does in VERBS.items())
    return f"usage: ./ringup VERB [arguments]\n{verbs}\n\n./ringup VERB --help tells more of each, with examples."


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["-h" | "--help" | "help", *_]:
            print(usage())
            return 0
        case [verb, *rest] if verb in VERBS:
            return run(verb, rest)
        case [verb, *_]:
            print(f"ringup: no such verb: {verb}\n{usage()}", file=sys.stderr)
            return 2
    raise AssertionError(arguments)


def run(verb: str, arguments: list[str]) -> int:
    try:
        return int(importlib.import_module(f"project.commands.{verb}").main(arguments))
    except KeyboardInterrupt:
        print("ringup: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read it has seen enough, as `head` does. What is left to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        environment.stop(f"{error.filename or environment.current().ringup_home}: {error.strerror}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`./ringup VERB`: each verb is one file in project/commands."""

import importlib
import sys

VERBS = {
    "up": "start the stack in the foreground",
    "status": "tell what runs in this home, and whether it is well",
    "stop": "stop the stack that runs in this home",
    "logs": "show what its processes log, as it comes",
    "demo": "sell a real day through a fresh stack and check the books",
    "test": "run the tests (arguments go to pytest)",
    "check": "lint, format, types, imports, migrations",
    "bench": "measure the pipeline against its baselines",
    "manage": "run a Django management command",
    "lock": "resolve the requirements anew",
}


def usage() -> str:
    return "usage: ./ringup VERB [arguments]\n" + "".join(f"\n  {verb:8}{does}" for verb, does in VERBS.items())


def main(arguments: list[str]) -> int:
    match arguments:
        case [] | ["-h" | "--help" | "help", *_]:
            print(usage())
            return 0
        case [verb, *rest] if verb in VERBS:
            return int(importlib.import_module(f"project.commands.{verb}").main(rest))
        case [verb, *_]:
            print(f"ringup: no such verb: {verb}\n{usage()}", file=sys.stderr)
            return 2
    raise AssertionError(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

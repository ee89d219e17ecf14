"""`python -m tests.simulation`: one seed after the other, until the time is over or one fails."""

import argparse
import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import count, islice
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from tests.simulation.jobs import run_jobs  # noqa: E402 - what comes here needs Django's settings
from tests.simulation.mutants import MUTANTS, teeth  # noqa: E402
from tests.simulation.plan import STEPS, Plan, drawn, parsed  # noqa: E402
from tests.simulation.program import SEEDS, Told, all_missed, database, missed, new_database, run_all, tell  # noqa: E402
from tests.simulation.server import Server  # noqa: E402

ADDRESSES_STAY = 0x0040000
"""ADDR_NO_RANDOMIZE, personality(2): of this process and of what it becomes."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--minutes", type=float, default=1.0, help="then no further seed is begun")
    parser.add_argument("--seed", type=int, nargs="+", help="these only")
    parser.add_argument("--first", type=int, default=1, help="the seed to begin with")
    parser.add_argument("--steps", type=int, default=STEPS, help="until nothing fails any more")
    parser.add_argument("--jobs", type=int, default=1, help="so many seeds at a time")
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--plan", help="a line that a failing run has printed")
    parser.add_argument("--kept", action="store_true", help="those of seeds.txt before all others")
    parser.add_argument("--without", help="a protection of mutants.py, which is taken away")
    parser.add_argument("--teeth", action="store_true", help="that each protection of teeth.txt is missed")
    parser.add_argument("--mutants", action="store_true", help="first, which protections of mutants.py are missed")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="what was found; docs/proof.md tells of docs/simulation.json"
    )
    parser.add_argument("--database", help="the address of a migrated one, whose rows are deleted; default: a new one")
    given = parser.parse_args()
    told = Told()
    try:
        held = _holds(given, told)
    except KeyboardInterrupt:
        return 130
    finally:
        if given.json:
            given.json.write_text(json.dumps(asdict(told), indent=2) + "\n")
    return 0 if held else 1


def _holds(given: argparse.Namespace, told: Told) -> bool:
    """Whether all is as it should be; what it has come to is added to `told`."""
    with ExitStack() as stack:
        url = given.database or stack.enter_context(new_database())
        if given.part is None and (given.teeth or given.mutants):
            with database(url) as server:
                told.missed = all_missed(server, teeth() if given.teeth else MUTANTS, _say)
        if given.teeth:
            return all(told.missed.values())
        if given.jobs > 1 and given.part is None:
            held = run_jobs(url, sys.argv[1:], jobs=given.jobs, say=_say, told=told)
        else:
            held = _runs(given, stack.enter_context(database(url)), told)
    if given.part is None and not given.without:
        _say(told.summary())
    return held


def _runs(given: argparse.Namespace, server: Server, told: Told) -> bool:
    if given.without:
        ended = missed(server, given.without, parsed(given.plan) if given.plan else drawn((given.seed or [1])[0]))
        print("\n".join(ended.broken) or f"nothing is missed in {ended.steps} steps")
        return bool(ended.broken)
    plans = islice(_plans(given), given.part or 0, None, given.jobs)
    if failed := run_all(server, plans, minutes=given.minutes, say=_say, told=told):
        tell(server, failed, _say)
    return not failed


def _plans(given: argparse.Namespace) -> Iterator[Plan]:
    if given.plan:
        yield parsed(given.plan)
    elif given.seed is not None:
        yield from (drawn(seed, steps=given.steps) for seed in given.seed)
    else:
        yield from map(parsed, SEEDS.read_text().splitlines() if given.kept else ())
        yield from (drawn(seed, steps=given.steps) for seed in count(given.first))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # In which order a set is gone through is decided by the seed, too: neither by a word's hash nor by where in
        # memory None is (a system that forbids to say so leaves that to chance).
        ctypes.CDLL(None).personality(ADDRESSES_STAY)
        again = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, "PYTHONHASHSEED": "0"})  # noqa: S606 - no shell is needed
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever stands still in the server shall go on
    sys.exit(main())

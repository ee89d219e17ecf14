"""`python -m benchmarks.failover [BLOW ...]`: how soon sales go on when the leader of two PostgreSQL servers ends.

Status 0: within 15 seconds each time, or as many as are said, but for a whole machine's end, and nothing is lost,
doubled or out of its order.
"""

import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.failover.cluster import running
from benchmarks.failover.programs import HOW_TO_GET_IT, etcd
from benchmarks.failover.run import BLOWS, SELLS_WITHIN_S, late, run


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.failover", description=__doc__)
    parser.add_argument("blows", nargs="*", metavar="BLOW", help=f"{', '.join(BLOWS)}; five kills where none is named")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=SELLS_WITHIN_S, metavar="SECONDS")
    asked = parser.parse_args(arguments)
    if etcd() is None:
        print(HOW_TO_GET_IT)
        return 2
    tell = partial(print, flush=True)
    with TemporaryDirectory(prefix="ringup-failover-") as folder, running(Path(folder)) as cluster:
        home = Path(folder) / "home"
        outcome = run(cluster, asked.blows or ["kill"] * 5, home=home, seed=asked.seed, tell=tell)
    print(f"{outcome.sales} sales of the probe")
    wrong = [*outcome.wrong, *late(outcome.failovers, within_s=asked.within)]
    print("\n".join(wrong) or "Nothing was lost, doubled or late.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

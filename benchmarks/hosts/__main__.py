"""`python -m benchmarks.hosts [HOST ...]`: a shop on twelve hosts, with one millisecond between them and clocks that
differ by two minutes, of which each is cut off while tills sell.

Status 0: sales go on each time, and nothing is lost, doubled or out of its order.
"""

import signal
import sys
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.hosts.network import network
from benchmarks.hosts.programs import HOW_TO_GET_IT, has_all
from benchmarks.hosts.run import CUTS, late, run
from benchmarks.hosts.shop import HOSTS, shop


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m benchmarks.hosts", description=__doc__)
    parser.add_argument("hosts", nargs="*", metavar="HOST", help=f"{', '.join(CUTS)}; all of these where none is named")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long each is cut off, at least")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    if has_all() is None:
        print(HOW_TO_GET_IT)
        return 2
    tell = partial(print, flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # or its hosts would be left
    with TemporaryDirectory(prefix="ringup-hosts-") as folder, network(HOSTS) as hosts:
        tell(f"{len(HOSTS)} hosts are there")
        with shop(hosts, Path(folder) / "shop", tell=tell) as one:
            outcome = run(one, asked.hosts or CUTS, lasts_s=asked.seconds, seed=asked.seed, tell=tell)
    print(f"{outcome.sales} sales of the probe, {outcome.requests} requests")
    wrong = [*outcome.wrong, *late(outcome.cuts)]
    print("\n".join(wrong) or "Nothing was lost, doubled or out of its order.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A till's program: `python -m tests.support.processes.selling URL FILE KEY SALES`.

It sells one tea after the other and says of each what became of it.
"""

import sys

from ringup_client import Line, Order, Pay, Tender, Till


def main(url: str, file: str, key: str, sales: str) -> None:
    with Till(url, file=file, key=key, patience_s=60, timeout_s=60) as till:
        print("ready", flush=True)
        for _ in range(int(sales)):
            sold = till.submit(Pay(Order([Line("TEA-80", 1)], "GBP"), [Tender("cash", 250)]))
            print(sold.state, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""As much of curl as the README uses, for machines that lack it: -s, -w, -H, -d and an address."""

import argparse
import sys
from urllib.request import Request, urlopen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-w", default="")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    options = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in options.H)
    body = None if options.d is None else options.d.encode()
    with urlopen(Request(options.url, data=body, headers=headers)) as answer:  # noqa: S310 - the test's own server
        sys.stdout.write(answer.read().decode() + options.w.replace("\\n", "\n"))


if __name__ == "__main__":
    main()

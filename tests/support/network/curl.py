"""As much of curl as the documents use, for machines that lack it: -s, -w, -H, -X, -d, --data-binary and an address."""

import argparse
import sys
from pathlib import Path
from urllib.request import Request, urlopen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-w", default="")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-X")
    parser.add_argument("-d", "--data-binary", dest="d")
    parser.add_argument("url")
    options = parser.parse_args()
    headers = dict(header.split(": ", 1) for header in options.H)
    body = None if options.d is None else content(options.d)
    with urlopen(Request(options.url, data=body, headers=headers, method=options.X)) as answer:  # noqa: S310 - the test's
        sys.stdout.write(answer.read().decode() + options.w.replace("\\n", "\n"))


def content(given: str) -> bytes:
    """As it stands, or of a file; `@-` is what comes in."""
    if given == "@-":
        return sys.stdin.buffer.read()
    return Path(given[1:]).read_bytes() if given.startswith("@") else given.encode()


if __name__ == "__main__":
    main()

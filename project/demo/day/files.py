"""Opening a sales day, plain or gzipped; decoded line by line, so that a bad byte is found in its own row."""

import gzip
from collections.abc import Iterator
from pathlib import Path

BUNDLED = Path(__file__).with_name("online-retail-2011-12-05.csv.gz")


def read_lines(path: Path) -> Iterator[str]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for at, line in enumerate(file):
            yield line.decode("utf-8" if at else "utf-8-sig")

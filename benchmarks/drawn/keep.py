"""`./ringup bench pictures`: draw the pictures anew, and write the tables, from the figures that are kept."""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.drawn.markdown import written
from benchmarks.drawn.pictures import PICTURES
from project.env import PROJECT_FOLDER

KEPT = PROJECT_FOLDER / "docs" / "bench.json"
PAGES = (PROJECT_FOLDER / "README.md", PROJECT_FOLDER / "docs" / "bench.md")
FOLDER = PROJECT_FOLDER / "docs" / "pictures"


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="./ringup bench pictures", description=__doc__).parse_args(arguments)
    draw(json.loads(KEPT.read_text()))
    return 0


def keep(report: Mapping[str, Any]) -> None:
    """Beside the pages, with all that is drawn from it."""
    KEPT.write_text(json.dumps(report, indent=2) + "\n")
    draw(report)


def draw(report: Mapping[str, Any]) -> None:
    for path, content in drawn(report):
        path.write_text(content)


def drawn(report: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each file with what shall be in it."""
    for page in PAGES:
        yield page, written(page.read_text(), report)
    for name, picture in PICTURES.items():
        yield FOLDER / f"bench-{name}.svg", picture(report)

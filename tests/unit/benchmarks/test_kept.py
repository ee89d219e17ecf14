"""The pages and pictures about the bench say what the kept run says."""

import json
from pathlib import Path

import pytest

from benchmarks.drawn.keep import KEPT, PAGES, drawn
from benchmarks.drawn.markdown import PARTS

RUN = json.loads(KEPT.read_text())


def test_the_kept_run_is_whole_and_nothing_was_wrong() -> None:
    assert RUN["wrong"] == []
    assert RUN["commit"]
    assert {"view", "singles", "bulk", "pgbench", "task"} <= RUN["contenders"].keys()


@pytest.mark.parametrize(("path", "content"), list(drawn(RUN)), ids=lambda given: getattr(given, "name", ""))
def test_what_is_drawn_from_the_kept_run_is_as_it_says(path: Path, content: str) -> None:
    assert path.read_text() == content, "./ringup bench pictures writes it"


def test_every_part_has_a_place_and_the_readme_has_the_rates() -> None:
    readme, page = (path.read_text() for path in PAGES)
    assert {name for name in PARTS if f"<!-- bench: {name} -->" not in page} == set()
    assert "<!-- bench: speed -->\n| contender | sales/s |" in readme

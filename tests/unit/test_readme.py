"""The README says what is so: settings, verbs, files, words."""

import re
from pathlib import Path
from typing import Any

from project import __main__ as ringup
from project.env import PROJECT_FOLDER, variables

README = (PROJECT_FOLDER / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """The rows of all tables, without their heads."""
    rows = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    heads = {match[1] for match in re.finditer(r"^\| (.*) \|\n\|---", text, re.MULTILINE)}
    return [row.split(" | ") for row in rows if row not in heads]


def shown(default: Any) -> str:
    match default:
        case "" | () | None:
            return "unset"
        case Path():
            return f"`{default.relative_to(PROJECT_FOLDER)}`"
        case tuple():
            return f"`{','.join(map(str, default))}`"
        case _:
            return f"`{default}`"


def test_the_table_of_settings_is_the_codes() -> None:
    settings = [[f"`{name}`", shown(default), meaning] for name, default, meaning in variables()]
    lines = "\n".join(f"| {' | '.join(row)} |" for row in settings)

    assert table(section("Configuration")) == settings, f"the table should be\n{lines}"


def test_every_verb_that_is_named_exists() -> None:
    named = set(re.findall(r"\./ringup (\w+)", README))

    assert named <= set(ringup.VERBS)
    assert {"demo", "test", "up", "manage", "check"} <= named


def test_the_words_are_in_order_and_each_is_there_once() -> None:
    words = [word for word, _ in table(section("Words"))]

    assert words == sorted(set(words))


def test_every_decision_is_numbered_and_titled_by_what_was_decided() -> None:
    pages = sorted((PROJECT_FOLDER / "docs" / "adr").glob("*.md"))

    assert [page.name[:5] for page in pages] == [f"{n:04}-" for n in range(1, len(pages) + 1)]
    for page in pages:
        title, *rest = page.read_text().splitlines()
        slug = re.sub("[^a-z0-9]+", "-", title.removeprefix("# ").lower().replace("'", "")).strip("-")
        assert page.stem[5:] == slug
        assert [line for line in rest if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]

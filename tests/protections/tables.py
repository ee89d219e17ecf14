"""Paragraphs and tables of a page."""

from collections.abc import Iterable, Sequence
from textwrap import fill


def filled(text: str, **given: object) -> str:
    return fill(text.strip().format(**given), width=120, break_on_hyphens=False, break_long_words=False) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

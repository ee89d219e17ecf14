"""Tables for a person: with lines and colours on a terminal, plain columns elsewhere. rich honours NO_COLOR."""

from collections.abc import Sequence
from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 240
"""Elsewhere nothing is broken into lines: whoever reads it goes by them."""
STYLES = {"good": "green", "look": "yellow", "bad": "bold red"}


def table_text(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    on_terminal: bool,
    title: str | None = None,
    right: Sequence[str] = (),
    severities: Sequence[str] = (),
) -> str:
    """`right`: columns of numbers. `severities`: how bad each row is, by STYLES."""
    table = Table(
        box=box.SIMPLE_HEAD if on_terminal else None,
        pad_edge=on_terminal,
        padding=(0, 2, 0, 0) if not on_terminal else (0, 1),
        show_header=any(columns),
    )
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left", overflow="fold")
    for row, severity in zip(rows, severities or [""] * len(rows), strict=True):
        table.add_row(*map(Text, row), style=STYLES.get(severity))
    heading = [Text(title, style="bold")] if title else []
    return printed(*heading, table, on_terminal=on_terminal)


def printed(*parts: Table | Text, on_terminal: bool) -> str:
    console = Console(file=StringIO(), force_terminal=on_terminal, width=None if on_terminal else WIDE)
    with console.capture() as said:
        for part in parts:
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in said.get().splitlines())

"""Tables for people: coloured on a terminal, plain columns elsewhere."""

import pytest

from base.operator.shown import table_text

ROWS = [("tea", "2"), ("bread with [bold]seeds[/]", "10")]


def test_elsewhere_it_is_plain_columns_with_numbers_at_the_right() -> None:
    text = table_text(("what", "count"), ROWS, right=("count",), title="Shelf", on_terminal=False)
    assert text.splitlines() == [
        "Shelf",
        "what                       count",
        "tea                            2",
        "bread with [bold]seeds[/]     10",
    ]


def test_a_long_line_stays_one_line_for_a_program() -> None:
    assert table_text(("", ""), [("x" * 150, "y")], on_terminal=False) == f"{'x' * 150}  y\n"


def test_on_a_terminal_what_is_bad_is_red_unless_colours_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    bad = table_text(("what",), [("broker",)], severities=["bad"], on_terminal=True)
    assert "\x1b[1;31m" in bad
    monkeypatch.setenv("NO_COLOR", "1")
    assert "31m" not in table_text(("what",), [("broker",)], severities=["bad"], on_terminal=True)

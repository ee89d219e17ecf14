"""Small tables on the page of a row."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html_join

_TEMPLATE = "unfold/components/table.html"


def tables(*shown: tuple[str, Sequence[str], Sequence[Sequence[Any]]]) -> str:
    """(title, headings, rows) of each; one without rows is left out."""
    return format_html_join(
        "",
        '<div class="mb-4">{}</div>',
        (
            (render_to_string(_TEMPLATE, {"title": title, "table": {"headers": headings, "rows": rows}}),)
            for title, headings, rows in shown
            if rows
        ),
    )

"""Horizontal bars as SVG: one row each, a bar of one or more parts, a mark where something is asked of it.

A picture has a ground of its own and both sets of colours, so that it can be read on a light page and on a dark one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 700
MARGIN = 20
LABEL_WIDTH = 195
SAID_WIDTH = 155
BAR_X = MARGIN + LABEL_WIDTH
BAR_WIDTH = WIDTH - BAR_X - SAID_WIDTH - MARGIN
ROW_HEIGHT, BAR_HEIGHT = 24, 14
HEAD_HEIGHT, LEGEND_HEIGHT = 62, 26
GLYPH_PX = 6.4
"""Of 12 px letters on the average, in the widest of the fonts below."""

# Class -> its colour on a light ground, and on a dark one.
COLOURS = {
    "ground": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#f0f6fc"),
    "faint": ("#59636e", "#9198a1"),
    "rule": ("#d1d9e0", "#3d444d"),
    "own": ("#0969da", "#4493f8"),
    "own-faint": ("#a5cdf5", "#1f4a80"),
    "baseline": ("#818b98", "#79828e"),
    "baseline-faint": ("#d1d9e0", "#3d444d"),
    "mark": ("#bc4c00", "#f0883e"),
    "met": ("#1a7f37", "#3fb950"),
    "missed": ("#cf222e", "#f85149"),
    "web": ("#0969da", "#4493f8"),
    "worker": ("#8250df", "#ab7df8"),
    "postgres": ("#1a7f37", "#3fb950"),
    "broker": ("#bf8700", "#d29922"),
    "flower": ("#cf222e", "#f85149"),
    "upkeep": ("#818b98", "#79828e"),
}
FONT = "-apple-system, 'Segoe UI', 'Noto Sans', 'Liberation Sans', Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`parts`: colour and length, from left to right; `said`: what stands behind the bar; `asked`: where a mark is."""

    label: str
    parts: Sequence[tuple[str, float]]
    said: str
    asked: float | None = None

    @property
    def length(self) -> float:
        return sum(length for _, length in self.parts)


def bars(title: str, subtitle: str, rows: Sequence[Row], *, legend: Mapping[str, str], most: float = 0) -> str:
    """`legend`: colour -> what it stands for; `most`: where longer bars end, if anywhere."""
    longest = max(max(row.length, row.asked or 0) for row in rows) or 1
    scale = BAR_WIDTH / (min(longest, most) if most else longest)
    height = HEAD_HEIGHT + ROW_HEIGHT * len(rows) + LEGEND_HEIGHT + MARGIN // 2
    shapes = [
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="8"/>',
        text(MARGIN, 28, title, weight="bold", size=15),
        text(MARGIN, 48, subtitle, colour="faint"),
        *(shape for number, row in enumerate(rows) for shape in _row(row, HEAD_HEIGHT + ROW_HEIGHT * number, scale)),
        *_legend(legend, height - LEGEND_HEIGHT),
    ]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
        f' role="img" aria-label="{escape(title)}">'
    )
    return "\n".join([head, f"<style>{_style()}</style>", *shapes, "</svg>", ""])


def text(
    x: float, y: float, said: str, *, colour: str = "ink", anchor: str = "start", weight: str = "", size: int = 12
) -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text class="{colour}" x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}"{bold}>'
        f"{escape(said, quote=False)}</text>"
    )


def _row(row: Row, y: int, scale: float) -> Iterator[str]:
    middle = y + ROW_HEIGHT / 2
    yield text(BAR_X - 8, middle + 4, row.label, anchor="end")
    end = BAR_X + BAR_WIDTH
    x: float = BAR_X
    for colour, length in row.parts:
        width = min(length * scale, end - x)
        yield _bar(x, middle - BAR_HEIGHT / 2, width, BAR_HEIGHT, colour)
        x += width
    if row.asked is not None:
        yield _bar(BAR_X + row.asked * scale - 1, middle - BAR_HEIGHT / 2 - 3, 2, BAR_HEIGHT + 6, "mark")
        x = max(x, BAR_X + row.asked * scale)
    yield text(x + 7, middle + 4, row.said, colour="faint")


def _legend(legend: Mapping[str, str], y: float) -> Iterator[str]:
    x: float = MARGIN
    for colour, meaning in legend.items():
        width = 2 if colour == "mark" else 12
        yield _bar(x, y, width, 12, colour)
        yield text(x + width + 5, y + 10, meaning, colour="faint")
        x += width + 5 + GLYPH_PX * len(meaning) + 16


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect class="{colour}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:g}"/>'


def _style() -> str:
    light, dark = (
        "".join(f".{name}{{fill:{colours[ground]}}}" for name, colours in COLOURS.items()) for ground in (0, 1)
    )
    return f"text{{font-family:{FONT}}}{light}@media (prefers-color-scheme: dark){{{dark}}}"

"""A receipt as plain text, for a printer of 42 columns: no line is wider as it is seen, and nothing is cut."""

from collections.abc import Iterator, Sequence

from wcwidth import wcswidth, wrap

from orders.receipts.core.receipt import Receipt
from orders.receipts.paper import Item, Paper, Row, paper, plain

COLUMNS = 42
_RULE = "-" * COLUMNS
_INDENT = "  "


def as_text(receipt: Receipt) -> str:
    return "".join(f"{line.rstrip()}\n" for line in _text(paper(receipt)))


def _text(of: Paper) -> Iterator[str]:
    for line in of.store:
        yield from map(_centred, _wrapped(line))
    yield ""
    yield of.title.upper()
    yield from _rows(of.about)
    yield _RULE
    for item in of.items:
        yield from _item(item)
    if of.items:
        yield _RULE
    yield from _rows(of.sums)
    for rows in (of.payments, of.taxes):
        if rows:
            yield ""
            yield from _rows(rows)
    for notes in (of.notes, of.footer):
        if notes:
            yield ""
        for line in notes:
            yield from map(_centred, _wrapped(line))


def _item(item: Item) -> Iterator[str]:
    yield from _wrapped(item.name)
    yield from _row(f"{item.mark or ' '} {item.how_many}", item.amount)
    for note in item.notes:
        yield from _wrapped(note, indent=_INDENT)


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from _row(row.label, row.value)


def _row(label: str, value: str) -> Iterator[str]:
    """Side by side where both fit, else one below the other."""
    label, value = _seen(label), _seen(value)
    if (gap := COLUMNS - wcswidth(label) - wcswidth(value)) > 0:
        yield label + " " * gap + value
        return
    yield from _wrapped(label)
    for line in _wrapped(value):
        yield " " * (COLUMNS - wcswidth(line)) + line


def _wrapped(text: str, *, indent: str = "") -> list[str]:
    lines: list[str] = wrap(
        _seen(text), COLUMNS, initial_indent=indent, subsequent_indent=indent, control_codes="ignore"
    )
    return lines


def _centred(line: str) -> str:
    return " " * ((COLUMNS - wcswidth(line)) // 2) + line


def _seen(text: str) -> str:
    """Amounts have marks of direction in some languages, which a printer does not know; an indent is kept."""
    return text[: len(text) - len(text.lstrip(" "))] + plain(text)

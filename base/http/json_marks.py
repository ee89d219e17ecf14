"""How much a JSON text holds, told by its brackets and commas before anything is made of it."""

import re

_MARKS = b"[]{},"
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
# A string that does not end takes all that follows, so that each byte is looked at once.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_ARRAY = re.compile(rb"\s*\[")
_INNERMOST = re.compile(rb"[\[{][^\[\]{}]*[\]}]")
_DEPTH = 4
_TOGETHER = 200
"""Of what lies as deep as in commands, and is as much, most is looked at together: it takes a tenth of the time."""


def has_more_items(content: bytes, than: int) -> bool:
    """Whether it is an array of more values than that."""
    if content.count(b",") < than or not _ARRAY.match(content):
        return False
    marks = _STRING.sub(b"", content).translate(None, _NO_MARKS)
    for _ in range(_DEPTH if len(marks) < _TOGETHER * than else 0):
        marks = marks[:1] + _INNERMOST.sub(b"", marks[1:])
    depth = commas = 0
    for mark in marks:
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
        elif depth == 1:
            commas += 1
            if commas >= than:
                return True
    return False


def has_more_marks(content: bytes, than: int) -> bool:
    """Whether there are more brackets and commas than that: a comma between two values, two brackets around them."""
    if sum(content.count(mark) for mark in _MARKS) <= than:
        return False
    marks = end = 0
    for string in _STRING.finditer(content):
        marks += len(content[end : string.start()].translate(None, _NO_MARKS))
        end = string.end()
        if marks > than:
            return True
    return marks + len(content[end:].translate(None, _NO_MARKS)) > than

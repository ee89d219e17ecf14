"""A file's lines as text, read piece by piece: no line is so long that it could not be held."""

from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import Any

from base.http.problems import Unreadable, at

LINE_LENGTH_MAX = 1024 * 1024
LINES_MAX = 1024 * 1024
"""As many as a sheet has. Empty ones are no rows, and each costs time that other callers wait for."""
_PIECE_BYTES = 64 * 1024


def text_lines(read: Callable[[int], bytes]) -> Iterator[str]:
    """Each with the end that it has: LF, CR LF or CR. `read`: at most so many bytes of UTF-8; none at the end. A file
    of more than `LINES_MAX` is refused where that shows."""
    text = TextIOWrapper(BufferedReader(_Pieces(read), _PIECE_BYTES), encoding="utf-8-sig", newline="")
    number = 0
    while True:
        try:
            line = text.readline(LINE_LENGTH_MAX)
        except UnicodeDecodeError as error:
            raise not_utf8(number + 1 + error.object[: error.start].count(b"\n")) from error
        if not line:
            return
        number += 1
        if number > LINES_MAX:
            detail = f"A file has at most {LINES_MAX} lines, with those that hold nothing."
            raise Unreadable(422, "validation_failed", detail, errors=[at(["items"], detail)])
        if len(line) == LINE_LENGTH_MAX:
            raise Unreadable(400, "malformed_csv", f"Line {number} has more than {LINE_LENGTH_MAX - 1} characters.")
        yield line


def not_utf8(line: int) -> Unreadable:
    detail = f"Line {line} is not UTF-8. Save the file as CSV in UTF-8, with or without a byte order mark."
    return Unreadable(400, "not_utf8", detail)


class _Pieces(RawIOBase):
    def __init__(self, read: Callable[[int], bytes]) -> None:
        super().__init__()
        self._read_some = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._read_some(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

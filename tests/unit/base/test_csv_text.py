"""A file's lines, as far as they are read."""

from collections import deque
from io import BytesIO
from itertools import islice

import pytest

from base.http.files.csv_text import LINES_MAX, text_lines
from base.http.problems import Unreadable


def test_a_file_has_as_many_lines_as_a_sheet_and_no_more() -> None:
    """A body of 32 MiB of empty ones kept a web process busy for twenty seconds."""
    lines = text_lines(BytesIO(b"\n" * (LINES_MAX + 1)).read)
    deque(islice(lines, LINES_MAX), maxlen=0)
    with pytest.raises(Unreadable, match="at most 1048576 lines"):
        next(lines)

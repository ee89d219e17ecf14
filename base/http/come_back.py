"""Who is told to come back is counted (`ringup_calls_turned_away`), and not logged besides."""

import logging

COME_BACK = frozenset({429, 503})
"""The call was right, and nothing of it was done: it may come again."""


class Uncounted(logging.Filter):
    """Lets through what Django says of requests, but for such calls of the API: a client that does not heed what it is
    told would fill the disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return not (getattr(record, "status_code", None) in COME_BACK and path.startswith("/api/"))

"""Who is told to come back is counted (`ringup_calls_turned_away`), and not logged besides."""

import logging

from base.http.statuses import COME_BACK


class Uncounted(logging.Filter):
    """Of Django's requests: a client that does not heed what it is told would fill the disk with it."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return not (getattr(record, "status_code", None) in COME_BACK and path.startswith("/api/"))

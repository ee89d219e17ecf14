"""What a person at the terminal must know of what the processes log: our own errors, and what is marked for people."""

import json
import re
import time

OURS = ("workers.", "orders.", "inventory.", "base.", "project.", "django.request")
MARKS = ('"level": "error"', '"level": "critical"', '"tell": true')
UNAVAILABLE = "Service Unavailable"
"""What tills are told while a server comes back: that it ended was said already."""
CHARACTERS_MAX = 300
AGAIN_AFTER_S = 60.0
KINDS_MAX = 1_000
NUMBERS = re.compile(r"[0-9a-f]*\d[0-9a-f-]*")


class Notices:
    """The same but for its numbers is said once a minute: the log has them all."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}

    def of(self, name: str, line: str) -> str:
        """The line for the terminal; empty where the log is enough."""
        event, is_for_people = ours(line)
        if is_for_people:
            return f"{name}: {event}"
        kind = NUMBERS.sub("#", event)
        now = time.monotonic()
        if not event or now - self._said_at.get(kind, float("-inf")) < AGAIN_AFTER_S:
            return ""
        if len(self._said_at) >= KINDS_MAX:
            self._said_at.clear()
        self._said_at[kind] = now
        return f"{name}: {event}"


def ours(line: str) -> tuple[str, bool]:
    """What one of our errors says, and whether it was meant for a person: that is told as it comes."""
    if not any(mark in line for mark in MARKS):
        return "", False
    try:
        record = json.loads(line)
    except ValueError:
        return "", False
    if not (isinstance(record, dict) and str(record.get("logger")).startswith(OURS)):
        return "", False
    event = " ".join(str(record.get("event")).split())
    if event.startswith(UNAVAILABLE):
        return "", False
    return shortened(event), record.get("tell") is True


def shortened(event: str) -> str:
    return event if len(event) <= CHARACTERS_MAX else f"{event[:CHARACTERS_MAX]}..."

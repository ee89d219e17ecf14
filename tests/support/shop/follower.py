"""Somebody who follows a store's changes, and knows of each thing what it was told last."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from base.sql.sets import cursor
from project.stack.embedded.child import wait_until
from tests.support.shop.till import Answer, Till

PATIENCE_S = 60
_NOW = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_IS_PAST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= %s"


@dataclass
class Follower:
    """`known`: kind and id -> value."""

    till: Till
    cursor: str | None = None
    known: dict[tuple[str, Any], Any] = field(default_factory=dict)

    def ask(self, *, limit: int = 200, wait: int = 0) -> Answer:
        after = f"&after={self.cursor}" if self.cursor else ""
        return self.till.get(f"/changes?limit={limit}{after}", **({"Prefer": f"wait={wait}"} if wait else {}))

    def look(self, *, limit: int = 200, wait: int = 0) -> list[Any]:
        """The next page."""
        answer = self.ask(limit=limit, wait=wait)
        assert answer.status == 200, answer
        self.cursor = answer.body["next_cursor"]
        items: list[Any] = answer.body["items"]
        self.known.update({(item["kind"], item["id"]): item["value"] for item in items})
        return items

    def catch_up(self, *, limit: int = 200) -> list[Any]:
        """All there is now."""
        told: list[Any] = []
        while items := self.look(limit=limit):
            told += items
        return told

    def until(self, done: Callable[[], bool]) -> None:
        """An open transaction, of this test or of another, may delay what is asked for."""
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < deadline, "it was never told"
            self.look(wait=1)


def from_now(till: Till) -> Follower:
    """Who begins behind all that has happened: the database's transactions up to now have ended."""
    (now,) = cursor().execute(_NOW).fetchone() or (0,)
    assert wait_until(lambda: cursor().execute(_IS_PAST, (now,)).fetchone() == (True,), seconds=PATIENCE_S)
    follower = Follower(till)
    follower.catch_up()
    follower.known.clear()
    return follower

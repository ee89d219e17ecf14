"""The feed of a store's changes: whoever follows it has each thing as it is, and misses none."""

import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field
from pydantic_core import from_json, to_json

from base.http.body import answer
from base.http.fields import BIGINT_MAX, DIGITS
from base.http.paging import LIMIT_MAX
from base.http.problems import Problem
from base.sql.renewal import lend_connection
from orders.feed.api.shapes import ChangesOut
from orders.feed.api.told import told
from orders.feed.core.cursor import KEPT, Cursor, Place
from orders.feed.db.changes import FIRST, ROW_MAX, SOURCES, changes, fitting
from orders.feed.db.horizon import Horizon, horizon
from orders.journal.api.document import WAIT_PARAMETER, WAITS
from orders.journal.api.submit import WAIT_S_MAX, preferred_wait_s
from orders.journal.bell import of_store, waiting
from orders.terminals.api.auth import TerminalRequest

router = Router(tags=["changes"])

NOW = "now"
TIMELINE_MAX = 2**32 - 1
LOOKS_EVERY_S = 1.0
"""While it waits: what is not rung for, or stood behind an open transaction when it was, is found so."""

_WAITS_FOR_NEWS = {
    **WAITS,
    "parameters": [
        {
            **WAIT_PARAMETER,
            "description": f"`wait=N`: answer once something changed, at most N (up to {WAIT_S_MAX}) seconds from now.",
        }
    ],
}


class ChangesIn(BaseModel):
    after: Annotated[
        str | None, Field(max_length=200, description="`next_cursor` of before; `now`: no changes, only a cursor.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX), DIGITS] = 50


@router.get("", response=ChangesOut, openapi_extra=_WAITS_FOR_NEWS)
def read_changes(request: TerminalRequest, asked: Query[ChangesIn]) -> HttpResponse:
    """What changed in the store, from the start or after a cursor: each thing at least once after its last change, as
    it is now. With `Prefer: wait=N` it is waited for where there is none. A cursor is good for 30 days (410)."""
    store_id, wait_s = request.auth.store_id, preferred_wait_s(request)
    if asked.after == NOW:
        seen = horizon()
        return answer({"items": [], "next_cursor": _cursor(seen, _end(seen))})
    after = _place(asked.after)
    with waiting([of_store(store_id)], owner=request.auth.terminal_id, wait_s=wait_s) as waiter:
        page = _page(store_id, after, asked.limit)
        deadline = time.monotonic() + wait_s
        while waiter and not page["items"] and (left_s := deadline - time.monotonic()) > 0:
            lend_connection()
            waiter.wait(min(left_s, LOOKS_EVERY_S))
            page = _page(store_id, after, asked.limit)
    return answer(page, headers={"Preference-Applied": f"wait={wait_s}"} if waiter else None)


def _page(store_id: int, after: Cursor | None, limit: int) -> dict[str, Any]:
    seen = horizon()
    after = after and after.led_back(seen.timeline)
    if after and not after.is_of(seen.epoch, horizon=seen.before, now=seen.now):
        detail = f"The cursor is older than {KEPT.days} days, or of before a restore. Begin anew, or with after=now."
        raise Problem(410, "cursor_expired", detail)
    found = changes(store_id, after=after.place if after else FIRST, before=seen.before, limit=limit)
    shown = fitting(found)
    is_all = len(shown) == len(found) < limit
    return {
        "items": told(store_id, shown),
        "next_cursor": _cursor(seen, _end(seen) if is_all else shown[-1].place),
    }


def _end(seen: Horizon) -> Place:
    """Behind all transactions that have ended."""
    return Place(seen.before - 1, len(SOURCES), 0)


def _cursor(seen: Horizon, place: Place) -> str:
    return urlsafe_b64encode(
        to_json([seen.epoch, int(seen.now.timestamp()), seen.timeline, seen.renewed_in, *place])
    ).decode("ascii")


def _place(cursor: str | None) -> Cursor | None:
    """One that the feed never gave out is refused."""
    if cursor is None:
        return None
    try:
        epoch, given_at, *place = from_json(urlsafe_b64decode(cursor.encode("ascii")))
        timeline, renewed_in, changed_in, source, row = map(int, place)
        bounds = (
            (timeline, TIMELINE_MAX),
            (changed_in, BIGINT_MAX),
            (renewed_in, BIGINT_MAX),
            (source, len(SOURCES)),
            (row, ROW_MAX),
        )
        if not all(0 <= number <= most for number, most in bounds):
            raise ValueError(cursor)
        at = datetime.fromtimestamp(given_at, UTC)
        return Cursor(UUID(epoch), at, timeline, renewed_in, Place(changed_in, source, row))
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        errors = [{"parameter": "after", "detail": "Use the next_cursor of before as it is."}]
        raise Problem(422, "validation_failed", "The cursor is not one of ours.", errors=errors) from error

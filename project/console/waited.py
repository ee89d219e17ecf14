"""Which products and orders tills stood in line for: of the last hour and of today, the longest first."""

from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from base.contention import Wait, kept
from base.notes.where import url_of_notes
from base.sql.scope import Scope
from orders.journal.db.reads.waited_for import Named, named
from project.console.figures import Row, seconds_of

ROWS_MAX = 8
LOOKED_AT_MAX = 2_000
LATELY = timedelta(hours=1)


def waited_for(stores: Scope, at: datetime, zone: str) -> list[Row]:
    """(what, how long it was waited for in the last hour, and since midnight there), to the list of each."""
    midnight = at.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    today = _longest(midnight, at)
    lately = {(one.of, one.id): one.seconds for one in _longest(at - LATELY, at)}
    names = {what: one for what, one in named(today).items() if stores is None or one.store_id in stores}
    found = [one for one in today if (one.of, one.id) in names][:ROWS_MAX]
    return [_row(one, names[one.of, one.id], lately.get((one.of, one.id), 0.0)) for one in found]


def _longest(since: datetime, at: datetime) -> list[Wait]:
    """Nothing while those who keep them do not answer, as a check beside it tells."""
    return kept(url_of_notes()).longest(since=since.timestamp(), now=at.timestamp(), rows_max=LOOKED_AT_MAX) or []


def _row(wait: Wait, one: Named, lately_s: float) -> Row:
    page, query = _list(wait, one)
    what = {"product": one.name, "order": f"order {one.name}", "store": "stock commands"}[wait.of]
    hour = seconds_of(lately_s) if lately_s else "-"
    return Row((f"{what} of {one.store}", hour, seconds_of(wait.seconds)), page, query)


def _list(wait: Wait, one: Named) -> tuple[str, str]:
    match wait.of:
        case "product":
            return "inventory_stocklevel", f"q={quote(one.name)}&store__id__exact={one.store_id}"
        case "order":
            return "orders_command", f"is=all&q={wait.id}"
    return "orders_command", f"is=all&store__id__exact={one.store_id}"

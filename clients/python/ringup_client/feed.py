"""Following what changes in the store. The cursor of each follower is in the file, and moves on once its page was
worked off: a page may come twice, and none is passed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ringup_client.ask import WAIT_MAX_S, Asker, preferring
from ringup_client.errors import Refused
from ringup_client.outbox import Outbox
from ringup_client.wire import Json, Steps, work

LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changes in their order: each has `kind, id, at, value`, the thing as it is now. `is_anew`: it begins from the
    start, and what is known of before is to be forgotten first."""

    changes: Sequence[Mapping[str, Json]]
    is_anew: bool
    cursor: str


class Feed:
    def __init__(self, asker: Asker, outbox: Outbox) -> None:
        self._asker = asker
        self._outbox = outbox

    def page(self, name: str, *, waits: bool, deadline: float) -> Steps[Page]:
        """The next one; empty where there is no news. A cursor that the server does not know any more, after a restore
        or a month, begins anew."""
        after = yield from work(partial(self._outbox.fact, _fact(name)))
        try:
            return (yield from self._after(after, waits=waits, deadline=deadline))
        except Refused as refused:
            if after is None or refused.problem.status != 410:
                raise
        yield from work(partial(self._outbox.set_facts, {_fact(name): None}))
        return (yield from self._after(None, waits=waits, deadline=deadline))

    def done(self, name: str, page: Page) -> Steps[None]:
        yield from work(partial(self._outbox.set_facts, {_fact(name): page.cursor}))

    def _after(self, cursor: str | None, *, waits: bool, deadline: float) -> Steps[Page]:
        query = {"limit": LIMIT, **({"after": cursor} if cursor else {})}
        asking = preferring(WAIT_MAX_S) if waits else {}
        body = (yield from self._asker.read("/changes", query, headers=asking, deadline=deadline)).body
        return Page(changes=tuple(body["items"]), is_anew=cursor is None, cursor=body["next_cursor"])


def _fact(name: str) -> str:
    return f"cursor:{name}"

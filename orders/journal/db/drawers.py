"""Whose drawer has to be open, and is not: for stores that ask for it. The others do without this look.

A pay sees the drawer as of its own place in the journal: it waits for what its terminal has sent to the drawer before.
What is opened or closed after it waits for it in turn, so that the drawer as it is now is the drawer at its place; of
one that waited for an operator meanwhile the closings tell.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from base.sql.sets import columns_of, cursor, unnest
from orders.commands.core.machine import MONEY_KINDS, Kind
from orders.commands.core.outcomes import Rejection
from orders.drawers.core.refusals import refuse
from orders.journal.db.values import Pending

_SEE = f"""
    SELECT money.id, EXISTS (
        SELECT FROM orders_command
        WHERE drawer_id = money.terminal_id AND state = 'pending' AND drawer_id IS NOT NULL AND seq < money.seq
    ), EXISTS (
        SELECT FROM orders_drawer WHERE terminal_id = money.terminal_id AND opened_at IS NOT NULL
    ) OR EXISTS (
        SELECT FROM orders_closing
        WHERE terminal_id = money.terminal_id AND closed_seq > money.seq AND opened_seq < money.seq
    )
    FROM {unnest(["uuid", "bigint", "bigint"])} AS money (id, terminal_id, seq)
"""


_OPEN = "SELECT terminal_id FROM orders_drawer WHERE terminal_id = ANY(%b) AND opened_at IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawers:
    """`waiting`: orders whose commands wait for a drawer's; `drawerless`: commands whose drawer is not open."""

    waiting: frozenset[UUID | None] = frozenset()
    drawerless: frozenset[UUID] = frozenset()


NO_LOOK = Drawers()


@dataclass(frozen=True, slots=True)
class New:
    """A drawer's command that is not stored, and its place."""

    id: UUID
    drawer_id: int
    seq: int
    kind: Kind


def see_drawers(pending: Iterable[Pending], requiring: Collection[int], new: Sequence[New] = ()) -> Drawers:
    """`requiring`: the stores that ask for an open drawer. `new`: as if they had been carried out."""
    money = {
        UUID(one.row[0]): one
        for one in pending
        if one.kind in MONEY_KINDS and one.terminal_id and one.store_id in requiring
    }
    if not money:
        return NO_LOOK
    rows = [(id_, one.terminal_id, one.seq) for id_, one in money.items()]
    seen = cursor().execute(_SEE, columns_of(rows)).fetchall()
    return Drawers(
        waiting=frozenset(money[id_].order_id for id_, waits, _ in seen if waits),
        drawerless=frozenset(id_ for id_, _, is_open in seen if not _is_open(money[id_], new, is_open)),
    )


def _is_open(one: Pending, new: Sequence[New], was_open: bool) -> bool:
    before = [made for made in new if made.drawer_id == one.terminal_id and made.seq < one.seq]
    opened = [made.kind is Kind.DRAWER_OPEN for made in before if made.kind is not Kind.DRAWER_MOVEMENT]
    return opened[-1] if opened else was_open


def refused_by_drawers(new: Sequence[New]) -> dict[UUID, Rejection | None]:
    """Why each would be refused, after those before it; by the command's id."""
    is_open = dict.fromkeys((id_ for (id_,) in cursor().execute(_OPEN, ([one.drawer_id for one in new],))), True)
    found: dict[UUID, Rejection | None] = {}
    for one in new:
        found[one.id] = refused = refuse(one.kind, is_open=is_open.get(one.drawer_id, False))
        if not refused and one.kind is not Kind.DRAWER_MOVEMENT:
            is_open[one.drawer_id] = one.kind is Kind.DRAWER_OPEN
    return found

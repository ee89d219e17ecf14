"""An operator's word on parked commands, of a terminal or in the admin: what may run now is rung for, and whoever waits
is told."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from orders.journal.bell import announce
from orders.journal.core.batch import Rung
from orders.journal.db.repair import Repaired
from orders.journal.ring import ring_for

Act = Callable[[int, UUID], Repaired | None]
"""Retries a store's command or gives it up, in a transaction of its own; None where it is not parked."""


def repair(act: Act, chosen: Iterable[tuple[int, UUID]]) -> Sequence[UUID]:
    """Of these commands, each with its store, the ones that were parked. What may run now is rung for once."""
    chosen = list(chosen)
    done = {id_: repaired for store_id, id_ in chosen if (repaired := act(store_id, id_))}
    if done:
        stores = {id_: store_id for store_id, id_ in chosen}
        ring_for(
            [Rung(None, one.subject, free, stores[id_]) for id_, one in done.items() for free in (id_, *one.freed)]
        )
        announce(done)
    return list(done)

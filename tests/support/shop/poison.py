"""Commands whose decision fails as a bug would fail."""

import threading
from collections.abc import Callable, Collection
from uuid import UUID

import pytest

from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Rejection
from orders.commands.core.rule import Applied, World
from orders.journal.core import state
from orders.journal.core.decide import decide


class Poisoned(Exception):
    """A bug, as far as the workers know."""


def poison(
    patch: pytest.MonkeyPatch,
    command_ids: Collection[UUID],
    *,
    hangs: bool = False,
    first: Callable[[], object] | None = None,
) -> None:
    """Deciding one of them fails, or never ends. `first`: is called before; it may fail for a reason of its own."""

    def poisoned(order: Order | None, command: Command, world: World) -> Applied | Rejection:
        while hangs and command.id in command_ids:
            threading.Event().wait(0.05)
        if command.id in command_ids:
            if first:
                first()
            raise Poisoned(f"cannot decide {command.kind}")
        return decide(order, command, world)

    patch.setattr(state, "decide", poisoned)

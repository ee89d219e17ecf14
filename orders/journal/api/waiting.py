"""Waiting for commands to settle: woken by the bell, answered from the journal."""

import time
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from base.sql.renewal import lend_connection
from orders.commands.core.outcomes import CommandState
from orders.journal.bell import Waiter
from orders.journal.db.commands import commands_by_id


def wait_for(
    store_id: int,
    command_ids: Collection[UUID],
    waiter: Waiter,
    *,
    wait_s: float,
    look_first: bool = False,
    parked: Collection[UUID] = (),
    read: Callable[[int, Collection[UUID]], dict[UUID, dict[str, Any]]] = commands_by_id,
) -> dict[UUID, dict[str, Any]]:
    """The commands once all of them are settled or parked, or after `wait_s` seconds as they are then.

    `look_first`: some may have been settled before the waiter was registered, of which it was not told. `parked`: those
    that were parked already, whose end by an operator is waited for. `read`: what of them.
    """
    deadline = time.monotonic() + wait_s

    def done(commands: dict[UUID, dict[str, Any]]) -> bool:
        return all(
            command["settled_at"] or (command["state"] == CommandState.PARKED and id_ not in parked)
            for id_, command in commands.items()
        )

    if look_first and done(commands := read(store_id, command_ids)):
        return commands
    while True:
        lend_connection()
        waiter.wait(deadline - time.monotonic())
        commands = read(store_id, command_ids)
        if done(commands) or time.monotonic() >= deadline:
            return commands

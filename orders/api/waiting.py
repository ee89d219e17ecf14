"""Waiting for commands to settle: woken by the bell, answered from the journal."""

import time
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import close_old_connections

from orders.bell import Waiter
from orders.core.outcomes import CommandState
from orders.db.reads_commands import commands_by_id


def wait_for(
    store_id: int, command_ids: Collection[UUID], waiter: Waiter, *, wait_s: float, look_first: bool = False
) -> dict[UUID, dict[str, Any]]:
    """The commands once none of them is pending, or after `wait_s` seconds as they are then.

    `look_first`: some may have been settled before the waiter was registered, of which it was not told.
    """
    deadline = time.monotonic() + wait_s
    if look_first and _done(commands := commands_by_id(store_id, command_ids)):
        return commands
    while True:
        # Somebody else may have the database connection meanwhile.
        close_old_connections()
        waiter.wait(deadline - time.monotonic())
        commands = commands_by_id(store_id, command_ids)
        if _done(commands) or time.monotonic() >= deadline:
            return commands


def _done(commands: dict[UUID, dict[str, Any]]) -> bool:
    return all(command["state"] != CommandState.PENDING for command in commands.values())

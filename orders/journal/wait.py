"""Waiting for commands to settle: woken by the bell, answered by what it says, or else from the journal."""

import time
from collections.abc import Callable, Collection
from typing import Any, TypeAlias
from uuid import UUID

from base.sql.renewal import lend_connection
from orders.commands.core.outcomes import CommandState
from orders.journal.bell import Waiter
from orders.journal.db.reads.commands import commands_by_id, settled

Commands: TypeAlias = dict[UUID, dict[str, Any]]
Read: TypeAlias = Callable[[int, Collection[UUID]], Commands]
"""Reads commands of a store by their ids: all of them, or as much of each as an answer has room for."""


def wait_for(
    store_id: int,
    command_ids: Collection[UUID],
    waiter: Waiter,
    *,
    wait_s: float,
    look_first: bool = True,
    past_parked: bool = False,
    read: Read = commands_by_id,
    fresh: Commands | None = None,
) -> Commands:
    """The commands once all of them are settled or parked, or after `wait_s` seconds as they are then.

    `look_first`: some may have been settled before the waiter was registered, of which it was not told. `past_parked`:
    of those that are found parked at the first look, an operator's word is waited for. `fresh`: the commands as they
    were stored just now, for whoever has stored them all: what they come to may then be said without a look.
    """
    if not command_ids:
        return {}
    deadline = time.monotonic() + wait_s
    parked: set[UUID] = set()

    def done(commands: Commands) -> bool:
        return all(
            command["settled_at"] or (command["state"] == CommandState.PARKED and id_ not in parked)
            for id_, command in commands.items()
        )

    if look_first:
        commands = read(store_id, command_ids)
        if past_parked:
            parked.update(id_ for id_, command in commands.items() if command["state"] == CommandState.PARKED)
        if done(commands):
            return commands
    while True:
        lend_connection()
        is_woken = waiter.wait(deadline - time.monotonic())
        if fresh and (said := waiter.said(command_ids)):
            return {id_: settled(fresh[id_], of_command) for id_, of_command in said.items()}
        if fresh and is_woken and not waiter.must_look:
            continue  # some are settled, and the others will be said
        commands = read(store_id, command_ids)
        if done(commands) or time.monotonic() >= deadline:
            return commands

"""What an operator is told of parked commands before doing anything about them."""

from collections.abc import Sequence

from django.template.defaultfilters import pluralize

from base.admin.column import instant_of
from orders.commands.core.outcomes import CommandState
from orders.journal.db.repair import waiting_behind
from orders.journal.models import Command


def parked(chosen: Sequence[Command]) -> list[str]:
    """Those that are parked, each with whose it is and what it holds up."""
    found = [command for command in chosen if command.state == CommandState.PARKED]
    behind = waiting_behind([command.id for command in found])
    return [_line(command, behind.get(command.id, 0)) for command in found]


def _line(command: Command, behind: int) -> str:
    of_order = f" of order {command.order.number}" if command.order else ""
    waiting = f"; {behind} command{pluralize(behind)} wait{pluralize(behind, 's,')} behind it and will run"
    line = f"{command.kind}{of_order}, {command.issued_by}, {instant_of(command, command.accepted_at)}"
    return line + (waiting if behind else "")

"""Commands as an operator looks for them: by indexes only, however long the journal is."""

from uuid import UUID

from django.db.models import Q

from orders.commands.core.outcomes import CommandState
from orders.journal.models import Command
from orders.sales.models import StatusChange
from orders.terminals.models import Terminal

UNAPPLIED = Q(state__in=[CommandState.AWAITING, CommandState.REJECTED, CommandState.PARKED, CommandState.DISMISSED])
# Each part has the condition of a partial index, so that looking does not grow with history.
PENDING = Q(state=CommandState.PENDING, order__isnull=False) | Q(state=CommandState.PENDING, order__isnull=True)


def of_order(order_id: UUID) -> Q:
    """All commands of an order, by indexes only: there is one for what is open, was refused or was given up; what was
    applied is in the order's history."""
    applied = list(StatusChange.objects.filter(order=order_id).values_list("command_id", flat=True))
    return Q(order=order_id) & (PENDING | UNAPPLIED | Q(id__in=applied))


def keyed(key: str) -> list[UUID]:
    """The commands that have the key, each a terminal's or a task's; one that was freed is nobody's any more."""
    terminals = list(Terminal.objects.values_list("id", flat=True))
    theirs = Command.objects.filter(key=key, key_freed_at=None).values_list("id", flat=True)
    return [*theirs.filter(terminal__in=terminals), *theirs.filter(terminal=None)]

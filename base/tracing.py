"""Who tells a collector the way of each command: nobody, unless TRACES_URL is set. Then `project.traces` is put here.

Whoever has something to tell asks whether anybody listens, which is all that it costs where nobody does. Nothing has to
be carried from process to process: a command's id is as long as a trace's, and is its trace.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

LAST_64_BITS = (1 << 64) - 1


def trace_and_span(command_id: UUID) -> tuple[int, int]:
    """Its trace, and in that the span of its whole way."""
    return command_id.int, command_id.int & LAST_64_BITS


class Stored(NamedTuple):
    """A command that was stored now."""

    command_id: UUID
    kind: str
    order_id: UUID | None
    terminal_id: int | None


class Settled(NamedTuple):
    """`accepted_at`: None for one that was made in the same transaction."""

    command_id: UUID
    kind: str
    order_id: UUID | None
    accepted_at: datetime | None
    outcome: str


class Traces(Protocol):
    """Instants are nanoseconds since 1970."""

    def stored(self, commands: Iterable[Stored], *, began_ns: int) -> None: ...

    def settled(self, commands: Iterable[Settled], *, began_ns: int, worker: str, waited_ms: int | None) -> None: ...

    def asked(self, item: object, *, whom: str, began_ns: int, error: Exception | None) -> None:
        """`item`: what another system was asked for; one that is of no command is not told."""
        ...


class Listener:
    """`traces`: None where nobody listens."""

    traces: Traces | None = None


listener = Listener()

"""Who submits a command."""

from dataclasses import dataclass

from orders.commands.core.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A terminal, or a user of the admin, who has none: what the user may do, permissions say. The name is what the
    history shows."""

    terminal_id: int | None
    store_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller(Sender):
    """A terminal. `currency`: its store's; `leaves`: its store is on its way to another stack."""

    terminal_id: int
    role: Role
    currency: str
    leaves: bool = False

"""Who submits a command."""

from dataclasses import dataclass

from orders.commands.core.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A terminal. Its name is what the history shows; `currency`: its store's."""

    terminal_id: int
    store_id: int
    name: str
    role: Role
    currency: str

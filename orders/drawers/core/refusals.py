"""When a drawer takes a command."""

from orders.commands.core.machine import Kind
from orders.commands.core.outcomes import Code, Rejection

NOT_OPEN = Rejection(code=Code.DRAWER_NOT_OPEN, detail="The drawer of this terminal is not open.")
ALREADY_OPEN = Rejection(
    code=Code.DRAWER_ALREADY_OPEN, detail="The drawer of this terminal is open already; close it first."
)


def refuse(kind: Kind, *, is_open: bool) -> Rejection | None:
    if kind is Kind.DRAWER_OPEN:
        return ALREADY_OPEN if is_open else None
    return None if is_open else NOT_OPEN

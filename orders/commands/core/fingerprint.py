"""What makes two requests the same."""

from hashlib import sha256
from uuid import UUID

from orders.commands.core.machine import Kind


def of_command(kind: Kind, order_id: UUID | None, content: bytes) -> bytes:
    """`content`: the payload as canonical JSON without defaults, so that a new optional field changes nothing."""
    return sha256(b"%b\n%b\n%b" % (kind.encode(), str(order_id or "").encode(), content)).digest()


def of_order(content: bytes) -> bytes:
    """`content`: the order as its terminal sent it, as canonical JSON without defaults and without its id."""
    return sha256(content).digest()

"""What makes two requests the same: their kind, their order and what they say."""

from uuid import UUID

import pytest

from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command, fingerprint_of_order

ORDER, OTHER = UUID(int=1), UUID(int=2)


def test_the_same_request_has_the_same_fingerprint() -> None:
    assert fingerprint_of_command(Kind.PAY, ORDER, b'{"tenders":[]}') == fingerprint_of_command(
        Kind.PAY, UUID(int=1), b'{"tenders":[]}'
    )
    assert fingerprint_of_order(b"{}") == fingerprint_of_order(b"{}")


@pytest.mark.parametrize(
    ("kind", "order_id", "content"),
    [
        (Kind.RESERVE, ORDER, b"{}"),
        (Kind.PAY, OTHER, b"{}"),
        (Kind.PAY, None, b"{}"),
        (Kind.PAY, ORDER, b'{"skip_missing":true}'),
    ],
)
def test_a_request_that_differs_has_another(kind: Kind, order_id: UUID | None, content: bytes) -> None:
    assert fingerprint_of_command(kind, order_id, content) != fingerprint_of_command(Kind.PAY, ORDER, b"{}")


def test_a_fingerprint_fits_its_column() -> None:
    assert len(fingerprint_of_command(Kind.PAY, ORDER, b"{}")) == len(fingerprint_of_order(b"{}")) == 32

"""Forms of which no worker settles what they submit."""

import pytest

from orders.journal.admin.stock import send


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker is there."""
    monkeypatch.setattr(send, "WAIT_S", 0)

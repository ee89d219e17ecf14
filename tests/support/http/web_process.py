"""What a web process remembers of who calls: several of them within a test's own."""

import pytest

from orders.terminals.api import limits


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class WebProcess:
    """It has just begun."""

    def __init__(self) -> None:
        self._memory = limits.Memory()

    def answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All calls from now on."""
        monkeypatch.setattr(limits, "memory", self._memory)

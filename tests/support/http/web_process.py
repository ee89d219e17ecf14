"""What a web process remembers of who calls: several of them within a test's own."""

import pytest

from orders.terminals.api import limits
from orders.terminals.api.limits import Portions, Recent


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class WebProcess:
    """It has just begun."""

    def __init__(self) -> None:
        recent = {name: Recent(10) for name in ("_good_keys", "_paused", "_refused", "_told")}
        self._remembers = {"_portions": Portions(), **recent}

    def answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """All calls from now on."""
        for name, remembered in self._remembers.items():
            monkeypatch.setattr(limits, name, remembered)

"""`manage audit`: hold everything against every conservation law, now."""

import sys
import time
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from base.drift import Drift
from orders.audit.round import DRIFTS_MAX, whole_round

TOLD_EVERY = 100_000
CLEAN, BROKEN = 0, 1


class Command(BaseCommand):
    help = "Hold everything against every conservation law, now. It ends with 0 only if nothing is wrong."

    def handle(self, *_: Any, **__: Any) -> None:
        self._walk, self._examined, self._drifts = "", 0, 0
        began = time.monotonic()
        examined, drifts = whole_round(self._tell)
        self._say_how_far()
        found = f"{drifts:,} drifts" if drifts else "nothing is wrong"
        self.stdout.write(f"{examined:,} rows were looked at in {time.monotonic() - began:.0f} s: {found}.")
        sys.exit(BROKEN if drifts else CLEAN)

    def _tell(self, walk: str, examined: int, drifts: Sequence[Drift]) -> None:
        if walk != self._walk:
            self._say_how_far()
            self._walk, self._examined = walk, 0
        before, self._examined = self._examined, self._examined + examined
        if before // TOLD_EVERY != self._examined // TOLD_EVERY:
            self._say_how_far()
        for drift in drifts[: max(DRIFTS_MAX - self._drifts, 0)]:
            after = f" (since command {drift.command_id})" if drift.command_id else ""
            self.stdout.write(f'Broken: "{drift.law}", by {drift.subject}: {drift.detail}{after}')
        self._drifts += len(drifts)

    def _say_how_far(self) -> None:
        if self._walk:
            self.stdout.write(f"{self._walk}: {self._examined:,} looked at")
            self.stdout.flush()

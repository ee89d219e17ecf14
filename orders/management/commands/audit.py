"""`manage audit`: hold everything against every conservation law, now."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any, NoReturn

from pydantic_core import to_json

from base.drift import Drift
from base.operator.command import OperatorCommand
from orders.audit.round import DRIFTS_MAX, whole_round

TOLD_EVERY = 100_000
CLEAN, BROKEN = 0, 1


class Command(OperatorCommand):
    help = (
        "Hold everything against every conservation law, now: money, stock, numbers and postings add up. It says what "
        "is wrong, and mends nothing."
    )
    examples = ("", "--json")
    ends = {CLEAN: "nothing is wrong", BROKEN: "something does not add up: each finding is told"}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print how much was looked at, and each finding")

    def handle(self, *_: Any, json: bool, **__: Any) -> None:
        if json:
            self._tell_as_json()
        self._walk, self._examined, self._drifts = "", 0, 0
        began = time.monotonic()
        examined, drifts = whole_round(self._tell)
        self._say_how_far()
        found = f"{drifts:,} drifts" if drifts else "nothing is wrong"
        self.stdout.write(f"{examined:,} rows were looked at in {time.monotonic() - began:.0f} s: {found}.")
        sys.exit(BROKEN if drifts else CLEAN)

    def _tell_as_json(self) -> NoReturn:
        found: list[Drift] = []
        examined, drifts = whole_round(lambda _walk, _examined, drifts: found.extend(drifts[: DRIFTS_MAX - len(found)]))
        told = {"examined": examined, "drifts": drifts, "findings": [drift.as_json() for drift in found]}
        self.stdout.write(to_json(told).decode())
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

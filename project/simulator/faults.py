"""What goes wrong next, as the person at the controls has asked."""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class Mode(StrEnum):
    NONE = "none"
    SLOW = "slow"
    DOWN = "down"
    LOSE_ANSWER = "lose_answer"
    MALFORMED = "malformed"
    DUPLICATE_IDS = "duplicate_ids"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"


# These spoil a list of IDs, so a request that carries none passes them by and does not use them up.
ONLY_FOR_DRAFTS = frozenset({Mode.DUPLICATE_IDS, Mode.TOO_FEW, Mode.TOO_MANY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    mode: Mode = Mode.NONE
    delay_s: float = 0.0  # waited before the request takes effect, in every mode
    requests: int | None = None  # how many requests it still hits; None: until it is changed


class Faults:
    """The fault in force; shared by all connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current = Fault()

    def current(self) -> Fault:
        with self._lock:
            return self._current

    def change(self, fault: Fault) -> None:
        with self._lock:
            self._current = fault

    def take(self, *, for_drafts: bool) -> Fault:
        """The fault that hits this one request; counts it down."""
        with self._lock:
            fault = self._current
            if fault.mode in ONLY_FOR_DRAFTS and not for_drafts:
                return Fault()
            if fault.requests is not None:
                left = fault.requests - 1
                self._current = replace(fault, requests=left) if left else Fault()
            return fault

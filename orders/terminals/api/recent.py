"""What a process remembers of callers for a while: the most recent ones, each until its time is over."""

import threading
from collections import OrderedDict


class Recent:
    """A set that forgets its oldest members."""

    def __init__(self, members_max: int) -> None:
        self._members_max = members_max
        self._lock = threading.Lock()
        self._until: OrderedDict[object, float] = OrderedDict()

    def add(self, member: object, *, until: float) -> None:
        with self._lock:
            self._until[member] = until
            self._until.move_to_end(member)
            if len(self._until) > self._members_max:
                self._until.popitem(last=False)

    def has(self, member: object, *, now: float) -> bool:
        with self._lock:
            return self._until.get(member, 0.0) > now


class Refused:
    """Who was told to come back, and how often they called all the same."""

    def __init__(self, members_max: int) -> None:
        self._members_max = members_max
        self._lock = threading.Lock()
        self._told: OrderedDict[object, tuple[float, int]] = OrderedDict()

    def add(self, member: object, *, until: float) -> None:
        with self._lock:
            self._told[member] = (until, 0)
            self._told.move_to_end(member)
            if len(self._told) > self._members_max:
                self._told.popitem(last=False)

    def has(self, member: object, *, now: float) -> bool:
        """Whether it still has to wait; then this was one more call."""
        with self._lock:
            until, calls = self._told.get(member, (0.0, 0))
            if until <= now:
                return False
            self._told[member] = (until, calls + 1)
            return True

    def forget(self, member: object) -> int:
        """How often it has called while it had to wait."""
        with self._lock:
            return self._told.pop(member, (0.0, 0))[1]

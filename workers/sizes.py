"""How much one batch takes on of what was sent together.

Nobody interrupts a batch: who comes while one is carried out waits for the end of it. A terminal that has sent hundreds
of commands does not mind; a till that waits for its one sale does. So while tills sell one by one, batches of what was
sent together are short.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from time import monotonic

from django.conf import settings

FEW = 2
"""Commands of one terminal in one batch: as many as a till sends by itself."""
SHORT = 25
"""Commands: together they take about twice as long as one alone does."""
LATELY_S = 1.0


class Sizes:
    """Which terminals had few commands in a batch of late, and which had more, as one process saw it."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._few: dict[int, float] = {}
        self._more: dict[int, float] = {}

    def note(self, terminals: Iterable[int | None]) -> None:
        """Whose commands were settled by a batch, each as often as it had some; None is no terminal."""
        until = self._now() + LATELY_S
        for terminal, commands in Counter(terminals).items():
            if terminal is not None:
                (self._few if commands <= FEW else self._more)[terminal] = until

    def next(self) -> int:
        """Of the next batch, where all of it was sent together."""
        now = self._now()
        self._few, self._more = (
            {terminal: until for terminal, until in seen.items() if until > now} for seen in (self._few, self._more)
        )
        most = settings.COMMAND_BATCH_MAX
        return min(SHORT, most) if self._few.keys() - self._more.keys() else most


sizes = Sizes()

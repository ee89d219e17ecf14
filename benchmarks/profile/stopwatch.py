"""Time by stage: what is spent in a stage that another one calls counts for the inner one alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Spent:
    """`cpu_s`: of this thread; the rest of `wall_s` it waited for somebody else."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


@dataclass(slots=True)
class Stopwatch:
    stages: dict[str, Spent] = field(default_factory=dict)
    _inner: list[Spent] = field(default_factory=list)

    def watch(self, place: object, name: str, stage: str) -> None:
        """Time every call of `place.name` from now on."""
        setattr(place, name, self.timed(stage, getattr(place, name)))

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._inner.append(Spent())
            wall, cpu = time.perf_counter(), time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self._add(stage, wall_s=time.perf_counter() - wall, cpu_s=time.thread_time() - cpu)

        return timed

    def forget(self) -> None:
        self.stages.clear()

    def _add(self, stage: str, *, wall_s: float, cpu_s: float) -> None:
        inner = self._inner.pop()
        spent = self.stages.setdefault(stage, Spent())
        spent.wall_s += wall_s - inner.wall_s
        spent.cpu_s += cpu_s - inner.cpu_s
        if self._inner:
            self._inner[-1].wall_s += wall_s
            self._inner[-1].cpu_s += cpu_s

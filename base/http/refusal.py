"""Refusing a file as a whole: at once, or, where its key is known, once it was held against what the key came with."""

from collections.abc import Callable
from dataclasses import dataclass, field

from base.http.problems import Problem


@dataclass(slots=True)
class Refusal:
    """`known`: whether the call's key came before; asked once, and only of a file that has something wrong. `problem`:
    the first that was found."""

    known: Callable[[], bool] = lambda: False
    problem: Problem | None = None
    _is_known: bool | None = field(default=None, init=False)

    def is_later(self) -> bool:
        if self._is_known is None:
            self._is_known = self.known()
        return self._is_known

    def tell(self, problem: Problem) -> None:
        if not self.is_later():
            raise problem
        self.problem = self.problem or problem

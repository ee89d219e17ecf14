"""Where one contender sells: tills and products of its own, on the same tables as all others."""

from dataclasses import dataclass
from typing import Any, Self

from benchmarks.load.sales import LINES, Ware

OPENING_STOCK = 10_000_000
"""Of each product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`tills`: that sell at once, each with a key of its own; `lines`: of a sale."""

    tills: int = 1
    lines: int = LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """`name`: its first terminal's; its other terminals and its products are named by it, then a slash and a number.
    `terminal_keys`: one a till."""

    name: str
    store_id: int
    terminal_id: int
    terminal_keys: tuple[str, ...]
    wares: tuple[Ware, ...]
    lines: int

    @property
    def terminal_key(self) -> str:
        """Of the first till."""
        return self.terminal_keys[0]

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Self:
        """What `dataclasses.asdict` made of one."""
        keys, wares = tuple(given["terminal_keys"]), tuple(Ware(**ware) for ware in given["wares"])
        return cls(**{**given, "terminal_keys": keys, "wares": wares})

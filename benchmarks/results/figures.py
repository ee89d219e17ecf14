"""A figure with its unit, and what is asked of it: so whoever measures something tells it, for the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`least`, `most`: what is asked of it, where anything is."""

    name: str
    value: float
    unit: str
    least: float | None = None
    most: float | None = None

    @property
    def asked(self) -> str:
        """In words; empty where nothing is asked."""
        bounds = [f">= {self.least:g}"] if self.least is not None else []
        bounds += [f"<= {self.most:g}"] if self.most is not None else []
        return " and ".join(bounds)

    @property
    def reached(self) -> str:
        """With as many digits as tell anything."""
        digits = next((digits for digits, above in enumerate((100, 10, 1)) if abs(self.value) >= above), 3)
        return f"{self.value:,.{digits}f}"

    @property
    def is_met(self) -> bool:
        enough = self.least is None or self.value >= self.least
        return enough and (self.most is None or self.value <= self.most)

    @property
    def word(self) -> str:
        return ("ok" if self.is_met else "MISSED") if self.asked else ""

    def as_json(self) -> dict[str, Any]:
        bounds = {"least": self.least, "most": self.most}
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            **{name: bound for name, bound in bounds.items() if bound is not None},
            **({"verdict": self.word} if self.asked else {}),
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """What `as_json` made of one."""
        return cls(**{name: value for name, value in given.items() if name != "verdict"})

"""What breaks, the tests in which it does, and what was measured of it."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from project.env import PROJECT_FOLDER

LIST = Path(__file__).with_name("faults.toml")
CHAOS, SIMULATION = (PROJECT_FOLDER / "docs" / f"{name}.json" for name in ("chaos", "simulation"))


@dataclass(frozen=True, slots=True)
class Fault:
    """`measured`: the kinds of fault of `./ringup chaos` that are this one."""

    says: str
    tests: tuple[str, ...]
    measured: tuple[str, ...] = ()


@cache
def faults() -> tuple[Fault, ...]:
    given = tomllib.loads(LIST.read_text())["fault"]
    return tuple(Fault(one["says"], tuple(one["tests"]), tuple(one.get("measured", ()))) for one in given)


def figures(file: Path) -> Mapping[str, Any] | None:
    """What a run has left; None before there was one."""
    return json.loads(file.read_text()) if file.exists() else None

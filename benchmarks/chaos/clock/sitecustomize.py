"""A process whose clock is wrong by as many seconds as stand in the file that is named after it.

Python imports this before the program where its folder stands in PYTHONPATH, and only the chaos stack says
RINGUP_CHAOS. What reads the time otherwise than by `time.time` and Django's `timezone.now` keeps the right one,
and so do the servers: as where one machine of several is wrong.
"""

import os
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

PROGRAMS = {"worker@%h": "worker", "worker-io@%h": "worker-io", "beat": "beat", "project.wsgi:application": "web"}
LOOKS_EVERY_S = 0.2
_right_time = time.time


class Clock:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._looked_at = -LOOKS_EVERY_S
        self._wrong_by_s = 0.0

    def wrong_by_s(self) -> float:
        if (now := time.monotonic()) - self._looked_at >= LOOKS_EVERY_S:
            self._looked_at = now
            try:
                self._wrong_by_s = float(self._file.read_text() or 0)
            except OSError:
                self._wrong_by_s = 0.0
        return self._wrong_by_s

    def time(self) -> float:
        return _right_time() + self.wrong_by_s()


class _Wound(Loader):
    """Loads Django's module, and then winds its clock."""

    def __init__(self, loader: Loader, clock: Clock) -> None:
        self._loader = loader
        self._clock = clock

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        wound: Any = module
        wound.now = lambda: wound.datetime.fromtimestamp(self._clock.time(), wound.timezone.utc)


class _Finder(MetaPathFinder):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != "django.utils.timezone":
            return None
        spec = PathFinder.find_spec(name, path, target)
        assert spec
        assert spec.loader
        spec.loader = _Wound(spec.loader, self._clock)
        return spec


def wind(clock: Clock) -> None:
    time.time = clock.time
    sys.meta_path.insert(0, _Finder(clock))


if "RINGUP_CHAOS" in os.environ:
    for _argument in sys.orig_argv:
        if _argument in PROGRAMS:
            wind(Clock(Path(os.environ["RINGUP_CHAOS"]) / PROGRAMS[_argument]))
            break

"""`process_*` of every process that counts: memory, processor time, open files, as the kernel tells them when it is
asked. Those of this machine, or of this container: nobody sees into another one."""

import contextlib
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from prometheus_client import ProcessCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

PROC = Path("/proc")
NAMES = {"granian": "web", "-Q commands": "worker", "-Q io": "worker-io", " beat ": "beat"}
"""What of a command line tells which process of the Procfile it is."""


class Processes(Collector):
    """`folder`: where they keep their counters. A process that ended has left its file, and its number may be another
    one's by now: only who has the file in its memory is told of."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for pid, name in sorted(self._alive()):
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                kept = found.setdefault(metric.name, metric)
                if kept is metric:
                    told, metric.samples = metric.samples, []
                else:
                    told = metric.samples
                kept.samples += [_labelled(sample, process=name, pid=pid) for sample in told]
        yield from found.values()

    def _alive(self) -> Iterator[tuple[int, str]]:
        host = socket.gethostname()
        for file in self._folder.glob(f"counter_{host}-*.db"):
            pid = int(file.stem.rpartition("-")[2])
            with contextlib.suppress(OSError):
                if str(file) in (PROC / str(pid) / "maps").read_text():
                    yield pid, name_of((PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode())


def name_of(command_line: str) -> str:
    """As in the Procfile."""
    return next((name for part, name in NAMES.items() if part in command_line), "other")


def _labelled(sample: Sample, *, process: str, pid: int) -> Sample:
    return sample._replace(labels={"process": process, "pid": str(pid)})

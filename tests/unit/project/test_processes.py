"""Whose memory and processor time a monitor is told of: of who counts, and of nobody who has got its number since."""

import os
import socket
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from project.processes import Processes, name_of
from project.stack.processes import procfile


def told(folder: Path) -> set[str]:
    return {sample.labels["pid"] for metric in Processes(folder).collect() for sample in metric.samples}


def test_who_counts_is_told_of_and_who_has_left_its_file_behind_is_not(tmp_path: Path) -> None:
    host = socket.gethostname()
    mine = MmapedDict(str(tmp_path / f"counter_{host}-{os.getpid()}.db"))  # type: ignore[no-untyped-call]
    (tmp_path / f"counter_{host}-{os.getppid()}.db").touch()
    (tmp_path / f"counter_{host}-999999999.db").touch()
    (tmp_path / f"counter_elsewhere-{os.getpid()}.db").touch()
    assert told(tmp_path) == {str(os.getpid())}
    mine.close()  # type: ignore[no-untyped-call]
    assert told(tmp_path) == set()


@pytest.mark.parametrize("name", ["web", "worker", "worker-io", "beat"])
def test_a_process_has_its_name_of_the_procfile(name: str) -> None:
    assert name_of(procfile()[name]) == name

"""Where the processes speak: a terminal that is gone or a full disk stops nobody, and no log grows without end."""

import errno
import re
import shutil
from pathlib import Path

import pytest

from project.stack import output
from project.stack.output import Output


def gone(_: str) -> None:
    raise BrokenPipeError


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_the_terminal_does_not_take_is_logged_all_the_same(tmp_path: Path) -> None:
    Output(tmp_path, tell=gone).say("ringup", "web ended with status -9")
    assert (tmp_path / "ringup.log").read_text().endswith(" web ended with status -9\n")


def test_a_terminal_that_wants_all_is_told_who_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Output(tmp_path, verbose=True).say("web", "listening [here]")
    assert re.fullmatch(r"\d\d:\d\d:\d\d web        \| listening \[here\]\n", capsys.readouterr().out)


def test_a_long_log_is_begun_anew_beside_its_predecessor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "LOG_BYTES_MAX", 10)
    for name, text in (("web", "x" * 11), ("worker", "short")):
        (tmp_path / f"{name}.log").write_text(text)
    Output(tmp_path).bound()
    assert (tmp_path / "web.log").read_text() == ""
    assert (tmp_path / "web.old").read_text() == "x" * 11
    assert (tmp_path / "worker.log").read_text() == "short"


def test_a_full_disk_keeps_no_predecessor_and_no_long_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "LOG_BYTES_MAX", 10)
    monkeypatch.setattr(shutil, "copyfile", full)
    (tmp_path / "web.log").write_text("x" * 11)
    (tmp_path / "web.old").write_text("older")
    Output(tmp_path).bound()
    assert {file.name: file.stat().st_size for file in tmp_path.iterdir()} == {"web.log": 0}

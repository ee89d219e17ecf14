"""docs/walk.md names what one `pay` enters: every file, once, and nothing else."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from celery import Task

from project.env import PROJECT_FOLDER
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import Till
from workers import follow_up
from workers.tasks import bulk

OURS = tuple(f"{PROJECT_FOLDER / room}/" for room in ("base", "inventory", "orders", "workers", "project"))
FILES_MAX = 65
UNDERSTOOD_MAX = 18


@pytest.fixture
def listed() -> list[str]:
    return re.findall(r"^- \**`([\w/]+\.py)`", (PROJECT_FOLDER / "docs" / "walk.md").read_text(), re.MULTILINE)


@contextmanager
def calls_noted() -> Iterator[set[str]]:
    """The files of ours in which something is called meanwhile."""
    files: set[str] = set()

    def note(frame: FrameType, event: str, _: Any) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(OURS) and frame.f_code.co_name != "<module>":
            files.add(Path(name).relative_to(PROJECT_FOLDER).as_posix())

    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)


def paid(pos: Till, task: Task, *, key: str) -> set[str]:
    order_id = pos.sell(("TEA-80", 1))
    headers = {"Authorization": f"Bearer {pos.key}", "Idempotency-Key": key}
    body = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}
    with calls_noted() as files:
        accepted = pos.client.post(
            f"/api/v1/orders/{order_id}/pay", body, content_type="application/json", headers=headers
        )
        command_id = accepted.json()["id"]
        task.apply(kwargs={"order_id": str(order_id), "command_id": command_id}, throw=True)
        answer = pos.client.get(f"/api/v1/commands/{command_id}", headers=headers)
    assert answer.json()["state"] == "succeeded"
    return files


def test_the_walk_is_what_a_pay_enters(pos: Till, listed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two: what is made once in a process is made, and the pool was looked at, on a slow machine too."""
    monkeypatch.setattr(follow_up, "LOOK_PAUSE_S", 3600)
    task = bulk.app.tasks["orders.pay"]
    paid(pos, task, key="k1")
    entered = paid(pos, task, key="k2")
    assert entered - set(listed) == set(), "entered, but not listed"
    assert set(listed) - entered == set(), "listed, but not entered"
    assert len(listed) == len(entered)


def test_the_walk_is_no_longer_than_it_was(listed: list[str]) -> None:
    understood = re.findall(r"^- \*\*`", (PROJECT_FOLDER / "docs" / "walk.md").read_text(), re.MULTILINE)
    assert len(listed) <= FILES_MAX
    assert len(understood) <= UNDERSTOOD_MAX

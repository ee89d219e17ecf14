"""The worker for upkeep sweeps, whatever happens to its database and its broker."""

import threading

import pytest
from celery import Celery
from django.db import OperationalError

from base.outside import nudge
from workers import loop


@pytest.mark.usefixtures("servers")
def test_it_sweeps_on_when_the_database_was_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "PERIOD_S", 0.01)
    stopping, swept = threading.Event(), list[int]()

    def sweep() -> None:
        swept.append(1)
        if len(swept) == 1:
            raise OperationalError("the server is being started")
        stopping.set()

    monkeypatch.setattr(loop, "sweep", sweep)
    monkeypatch.setattr(loop, "look_at_lineage", lambda: None)
    loop.sweep_until(stopping)
    assert len(swept) == 2


def test_a_nudge_without_a_broker_costs_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with Celery(broker="redis://127.0.0.1:1/0", set_as_current=False) as away:
        away.conf.task_publish_retry_policy = {"max_retries": 1, "interval_start": 0}
        monkeypatch.setattr(nudge, "current_app", away)
        nudge.nudge("upkeep.nobody", pause_s=0)
    assert "nobody could be rung for upkeep.nobody" in caplog.text

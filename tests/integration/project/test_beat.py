"""Beat looks before it sends, and says little while the database is away."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import ModelEntry
from django_celery_results.models import TaskResult

from base.sql.lead import Lead
from orders.audit.look import look_on
from orders.models import Command, JournalEntry
from project.celery import app
from project.database import begin_session
from project.messaging.results import is_nothing
from project.messaging.scheduler import AGAIN_AFTER_S, LookingScheduler
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop
from workers.looks import LOOKS

pytestmark = pytest.mark.usefixtures("own_database")

LONG_AGO = "2026-01-01T00:00:00Z"
LOOK_S = 10.0


@pytest.fixture
def beat() -> Iterator[LookingScheduler]:
    PeriodicTask.objects.update(last_run_at=LONG_AGO)
    made = LookingScheduler(app=app)
    made._finalize.cancel()  # it would be asked to save once more when the tests are over
    connection_created.disconnect(begin_session)  # other tests share this process
    yield made
    PeriodicTask.objects.update(last_run_at=None)


def sent_by(beat: LookingScheduler) -> set[str]:
    """The tasks that it would send now."""
    return {name for name, entry in beat.schedule.items() if beat.is_due(entry)[0] and name.startswith("upkeep.")}


def test_an_idle_shop_is_sent_nothing_but_what_is_due_by_day_or_hour(beat: LookingScheduler) -> None:
    open_shop(numbers=600)
    look_on(seconds=LOOK_S)
    assert sent_by(beat) == set(beat.schedule) - set(LOOKS) - {"celery.backend_cleanup"}


def test_there_is_a_look_for_all_that_is_scheduled_more_often_than_hourly() -> None:
    often = PeriodicTask.objects.filter(name__startswith="upkeep.", interval__every__lt=3600)
    assert set(often.values_list("task", flat=True)) == set(LOOKS)


class Clock:
    """It goes on by what beat pauses, and a little at each tick."""

    TICK_S = 0.0002

    def __init__(self) -> None:
        self.began = self.now = timezone.now()

    def tell(self, *_: Any) -> datetime:
        return self.now

    def go_on(self, pause_s: float) -> None:
        self.now += timedelta(seconds=max(pause_s, 0.0) + self.TICK_S)

    @property
    def seconds(self) -> float:
        return (self.now - self.began).total_seconds()


def test_beat_wakes_up_for_its_looks_and_not_between_them(
    monkeypatch: pytest.MonkeyPatch, beat: LookingScheduler
) -> None:
    clock, ticks, looks = Clock(), 0, list[str]()

    def look(entry: ModelEntry) -> bool:
        looks.append(entry.task)
        return False

    monkeypatch.setattr("django_celery_beat.models.now", clock.tell)
    monkeypatch.setattr(ModelEntry, "_default_now", clock.tell)
    monkeypatch.setattr(beat, "_look", look)
    while clock.seconds < 60:
        clock.go_on(beat.tick())
        ticks += 1
    assert looks.count("upkeep.relay_outbox") >= 58
    assert set(looks) >= set(LOOKS)
    assert ticks <= 3 * len(looks)


def test_a_pending_command_and_an_unposted_entry_are_found(beat: LookingScheduler) -> None:
    shop = open_shop()
    order_id, _ = shop.sale()
    execute([order_id], helps=False)
    shop.sale()
    Command.objects.filter(state="pending").update(ring_at=LONG_AGO)
    assert JournalEntry.objects.filter(state="pending").exists()
    assert {"upkeep.sweep", "upkeep.relay_outbox"} <= sent_by(beat)


def test_what_one_with_a_clock_ahead_has_sent_is_due_again_in_its_time(beat: LookingScheduler) -> None:
    assert PeriodicTask.objects.update(last_run_at=timezone.now() + timedelta(minutes=5))
    entry = beat.all_as_schedule()["upkeep.relay_outbox"]
    assert entry.is_due().next <= 1


def test_who_does_not_lead_sends_nothing_and_leaves_off_where_the_leader_is(beat: LookingScheduler) -> None:
    before = PeriodicTask.objects.get(name="upkeep.relay_outbox").last_run_at
    elsewhere = Lead("beat", holder="elsewhere", lease=timedelta(minutes=1))
    assert elsewhere.take()
    assert [beat.tick() for _ in range(3)] == [AGAIN_AFTER_S] * 3
    beat.sync()
    assert PeriodicTask.objects.get(name="upkeep.relay_outbox").last_run_at == before
    beat.close()
    assert not Lead("beat", holder="another", lease=timedelta(minutes=1)).take()


def test_it_looks_by_the_databases_time(beat: LookingScheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    order_id, _ = shop.sale()
    execute([order_id], helps=False)
    monkeypatch.setattr(timezone, "now", lambda: datetime.now(UTC) - timedelta(minutes=5))
    assert "upkeep.relay_outbox" in sent_by(beat)


def test_while_the_database_is_away_nothing_is_sent_and_one_line_says_so(
    beat: LookingScheduler, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert beat.schedule
    connection.close()
    port = connection.settings_dict["PORT"]
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    with caplog.at_level(logging.WARNING):
        entries = [beat._schedule[name] for name in sorted(LOOKS)]
        assert {beat.is_due(entry)[0] for entry in [*entries, *entries]} == {False}
        monkeypatch.setitem(connection.settings_dict, "PORT", port)
        beat.is_due(entries[0])
    told = [record for record in caplog.records if record.name == "project.messaging.scheduler"]
    said = [record.getMessage().partition(",")[0] for record in told]
    assert said == ["the database does not answer", "the database answers again"]
    assert not any(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(
    ("result", "nothing"),
    [
        (0, True),
        ([], True),
        (None, True),
        ({"posted": 0, "failed": 0}, True),
        (3, False),
        ({"posted": 0, "parked": 1}, False),
        ([{"law": "stock"}], False),
    ],
)
def test_what_happened_is_kept_and_nothing_is_not(result: Any, nothing: bool) -> None:
    assert is_nothing(result) is nothing
    app.backend.store_result("beat-test", result, "SUCCESS")
    assert TaskResult.objects.filter(task_id="beat-test").exists() is not nothing


def test_a_failure_is_kept_and_a_run_that_came_too_late_is_not() -> None:
    app.backend.store_result("failed", ValueError("no"), "FAILURE")
    app.backend.mark_as_revoked("late", "expired")
    assert set(TaskResult.objects.values_list("task_id", flat=True)) == {"failed"}


def test_a_result_that_cannot_be_kept_ends_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "PORT", "1")
        app.backend.store_result("failed", ValueError("no"), "FAILURE")
    assert not TaskResult.objects.exists()

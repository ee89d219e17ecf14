"""Which queue a task goes to, and how it gets there."""

import socket

import pytest
from kombu.exceptions import OperationalError

from project.celery import app
from project.stack.embedded.child import free_port

ATTEMPTS = 40


@pytest.mark.parametrize(
    ("task", "queue"),
    [("orders.pay", "commands"), ("orders.write_off", "commands"), ("upkeep.sweep", "io"), ("unheard.of", "io")],
)
def test_commands_and_upkeep_have_a_queue_each(task: str, queue: str) -> None:
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_a_queue_that_nobody_reads_is_refused() -> None:
    with pytest.raises(LookupError, match="comands"):
        app.amqp.router.route({"queue": "comands"}, "orders.pay")


def test_each_limit_is_below_the_one_that_would_hide_it() -> None:
    """The statement's limits end first, then the task's, and only then does the broker give a message anew."""
    visibility_s = app.conf.broker_transport_options["visibility_timeout"]
    assert 30 < app.conf.task_time_limit < visibility_s


def test_a_timed_out_read_is_never_sent_again_by_the_client() -> None:
    """It would take a second message and lose the first."""
    assert "retry_on_timeout" not in app.conf.broker_transport_options


def test_a_broker_that_vanished_without_a_word_is_missed_within_half_a_minute() -> None:
    """By whoever only listens, as Flower does; the kernel's own time is two hours."""
    kept = app.conf.broker_transport_options["socket_keepalive_options"]
    assert kept[socket.TCP_KEEPIDLE] + kept[socket.TCP_KEEPINTVL] * kept[socket.TCP_KEEPCNT] <= 30


def test_however_long_the_broker_was_away_the_next_attempt_is_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda _: None)
    pauses: list[float] = []
    with app.connection_for_read(f"redis://127.0.0.1:{free_port()}") as connection, pytest.raises(OperationalError):
        connection.ensure_connection(lambda _, pause: pauses.append(pause), ATTEMPTS)
    assert len(pauses) == ATTEMPTS
    assert max(pauses) <= 3


def test_a_sweep_leaves_no_result() -> None:
    """There would be thousands of rows a day that nobody reads; a failure is kept all the same."""
    app.loader.import_default_modules()
    assert app.tasks["upkeep.sweep"].ignore_result
    assert not app.tasks["upkeep.expire_holds"].ignore_result
    assert app.conf.task_store_errors_even_if_ignored

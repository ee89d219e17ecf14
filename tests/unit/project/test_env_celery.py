"""Which queue a task goes to, and how it gets there."""

import pytest

from project.celery import app


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


def test_a_sweep_leaves_no_result() -> None:
    """There would be thousands of rows a day that nobody reads; a failure is kept all the same."""
    app.loader.import_default_modules()
    assert app.tasks["upkeep.sweep"].ignore_result
    assert not app.tasks["upkeep.expire_holds"].ignore_result
    assert app.conf.task_store_errors_even_if_ignored

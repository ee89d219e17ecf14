"""What a ring does: settle what it names, and help."""

import logging
from collections.abc import Sequence

from django.conf import settings

from orders.bell import announce
from orders.db.claim import Subject
from workers.execute import execute
from workers.faults import DATABASE_ERRORS, passes
from workers.isolate import isolate
from workers.patience import patiently
from workers.thirst import ring_refill_if_thirsty

log = logging.getLogger(__name__)


def run(subjects: Sequence[Subject]) -> list[Exception]:
    """Settle the pending commands of the orders and stores, in batches, and help further ones along.

    A batch that fails for a reason of its own is run again one command at a time, without the helped ones: those have
    rings of their own. Returns what commands were parked for; raises a database fault that may pass.
    """
    failures: list[Exception] = []
    size = settings.COMMAND_BATCH_MAX
    for start in range(0, len(subjects), size):
        failures += _run_batch(subjects[start : start + size])
    return failures


def _run_batch(rung: Sequence[Subject]) -> list[Exception]:
    try:
        executed = patiently(lambda: execute(rung))
    except DATABASE_ERRORS as error:
        if passes(error):
            raise
        return _isolate(rung, error)
    except Exception as error:  # noqa: BLE001 - one of the batch is at fault: alone it shows which, and is parked for it
        return _isolate(rung, error)
    announce(executed.settled)
    ring_refill_if_thirsty(executed.numbered)
    return isolate([subject for subject in rung if subject in executed.suspects])


def _isolate(rung: Sequence[Subject], error: Exception) -> list[Exception]:
    log.warning("a batch failed, its rung commands are run one by one: %s: %s", type(error).__name__, error)
    return isolate(rung)

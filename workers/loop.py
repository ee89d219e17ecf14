"""What the worker for upkeep does without being told: it fills the pools when it begins, and then it sweeps.

Beat may be down, and sweeping is what nothing may stop.
"""

import logging
import threading
from typing import Any

from celery.signals import worker_ready, worker_shutting_down
from django.db import connection

from base.causes import why
from base.notes.where import url_of_notes
from base.outside.nudge import nudge
from base.outside.signs import Giver, Role
from base.sql.faults import DATABASE_ERRORS
from workers.sweep import sweep
from workers.watch.lineage import look_at_lineage
from workers.watch.unserved import Watch

PERIOD_S = 1.0
UPKEEP_QUEUE = "io"

log = logging.getLogger(__name__)
_stopping = threading.Event()


def sweep_until(stopping: threading.Event) -> None:
    sign, watch = Giver(Role.IO, url_of_notes()), Watch()
    while not stopping.wait(PERIOD_S):
        try:
            sweep()
            look_at_lineage()
        except DATABASE_ERRORS as error:
            # The database is away or busy: the next round is a second later.
            log.warning("sweep failed: %s", why(error))
            connection.close()
        sign.give()
        watch.look()


@worker_ready.connect
def start(sender: Any, **_: Any) -> None:
    if UPKEEP_QUEUE in sender.app.amqp.queues.consume_from:
        _stopping.clear()
        # Or the first sales would find an empty pool and be numbered only afterwards.
        nudge("upkeep.refill_invoice_pool", pause_s=0)
        threading.Thread(target=sweep_until, args=(_stopping,), name="sweep", daemon=True).start()


@worker_shutting_down.connect
def stop(**_: Any) -> None:
    _stopping.set()

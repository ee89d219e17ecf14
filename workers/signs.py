"""The worker that settles commands gives a sign of life from the loop that hands them to its children. One of them that
hangs is ended by its time limit."""

from typing import Any

from celery.signals import heartbeat_sent, worker_init
from django.conf import settings

from base.notes.where import url_of_notes
from base.outside.signs import Giver, Role
from orders.journal.db.shares import all_queues


@worker_init.connect
def give_signs(sender: Any, **_: Any) -> None:
    """Before the heart begins to beat: it tells nobody who comes later."""
    if served := set(sender.app.amqp.queues.consume_from).intersection(all_queues()):
        giver = Giver(Role.COMMANDS, url_of_notes(), queues=served if settings.COMMAND_QUEUES else ())
        heartbeat_sent.connect(lambda **_: giver.give(), weak=False)

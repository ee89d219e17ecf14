"""How Celery's programs speak with the broker: for every setting what it prevents."""

import socket
from collections.abc import Sequence
from typing import Any

from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

from base.broker.amqp import queue
from base.broker.choose import is_amqp
from base.broker.line import tls_of
from project.env import COMMANDS

IO = "io"
NAMES = (COMMANDS, IO)
"""Where a shop has no further ones."""
VISIBILITY_TIMEOUT_S = 120

# For all that Celery does. A setting would do the same, but logs and Flower would call the broker by its name.
TRANSPORT_ALIASES.update(dict.fromkeys(("amqp", "amqps"), "project.messaging.in_time:Transport"))

_KEPT_ALIVE = {
    getattr(socket, name): value
    for name, value in {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}.items()
    if hasattr(socket, name)  # not on each system
}
_OF_REDIS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,  # hours until a dead worker's messages come back
    "unacked_restore_interval": 5,  # looking for such messages too rarely
    "unacked_restore_limit": 500,  # one restoring worker that blocks the broker
    "unacked_mutex_expire": 30,  # a lock that a dead restoring worker keeps
    "socket_timeout": 10,  # a reply that never comes
    "socket_connect_timeout": 3,  # a host that never answers
    "socket_keepalive": True,  # a peer that vanished without a word
    "socket_keepalive_options": _KEPT_ALIVE,  # two hours until that is noticed
    "health_check_interval": 10,  # writing to a connection that died while idle
}


def configuration(url: str, of_commands: Sequence[str] = (COMMANDS,)) -> dict[str, Any]:
    """Celery's settings that depend on which broker it is. `of_commands`: the queues that a shop has for them."""
    names = (*of_commands, IO)
    if not is_amqp(url):
        return {
            "broker_url": url or "redis://broker-url-is-unset.invalid",
            # Direct queues by name. A named exchange would discard silently once its binding set is lost.
            "task_queues": [Queue(name, routing_key=name) for name in names],
            "broker_transport_options": _OF_REDIS,
        }
    return {
        "broker_url": url,
        "task_queues": [queue(name) for name in names],
        "broker_transport_options": {
            "confirm_publish": True,  # a message that the broker did not keep
            "write_timeout": 5,  # one that reads nothing
        },
        "broker_use_ssl": tls_of(url),  # anybody's certificate
        "broker_connection_timeout": 3,  # a host that never answers
        "broker_heartbeat": 20,  # a peer that vanished without a word
        "control_queue_exclusive": True,  # queues of workers that are no more
        "event_queue_exclusive": True,  # the same of Flower's
    }


def limits(url: str, within_s: float) -> dict[str, Any]:
    """What a connection of kombu's is made with that shall answer in time."""
    if is_amqp(url):
        return {"connect_timeout": within_s, "ssl": tls_of(url)}
    return {"transport_options": dict.fromkeys(("socket_connect_timeout", "socket_timeout"), within_s)}

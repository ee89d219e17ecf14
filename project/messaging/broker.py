"""How Celery's programs speak with the broker: for every setting what it prevents."""

from kombu import Queue

VISIBILITY_TIMEOUT_S = 120

# Two direct queues by name. A named exchange would discard silently once its binding set is lost.
QUEUES = [Queue(name, routing_key=name) for name in ("commands", "io")]

TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_S,  # hours until a dead worker's messages come back
    "unacked_restore_interval": 5,  # looking for such messages too rarely
    "unacked_restore_limit": 500,  # one restoring worker that blocks the broker
    "unacked_mutex_expire": 30,  # a lock that a dead restoring worker keeps
    "socket_timeout": 10,  # a reply that never comes
    "socket_connect_timeout": 3,  # a host that never answers
    "socket_keepalive": True,  # a peer that vanished without a word
    "health_check_interval": 10,  # writing to a connection that died while idle
}

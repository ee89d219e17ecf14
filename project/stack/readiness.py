"""Whether each process of the stack does its work."""

import socket
import time
from collections.abc import Callable, Mapping
from functools import partial

import urllib3
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError
from kombu.pidbox import Mailbox
from redis import RedisError

from base.broker.choose import broker_at
from base.broker.port import BrokerFault
from base.notes.where import notes_url
from base.outside.signs import WITHIN_S, Role, signs
from project.messaging.broker import limits
from project.stack.pulse import Ask, Told

ASKED_WITHIN_S = 5
# Not an application's: its pooled connections would outlive the broker of an earlier stack of this process.
WORKERS = Mailbox("celery", type="fanout", accept=["json"], reply_queue_expires=10)
FAULTS = (BrokerFault, KombuError, AMQPError, RedisError, OSError)
PROBE = urllib3.Timeout(connect=0.5, read=ASKED_WITHIN_S)


def answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, timeout=PROBE, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def workers_answer(broker_url: str, names: set[str]) -> bool:
    """Ping over the broker; a worker answers once it takes tasks."""
    try:
        with Connection(broker_url, **limits(broker_url, ASKED_WITHIN_S)) as connection:
            replies = WORKERS(connection).multi_call("ping", timeout=1, limit=len(names))
    except FAULTS:
        return False
    return names <= {node.partition("@")[0] for reply in replies for node in reply}


def worker_answers(broker_url: str, name: str) -> bool | None:
    """The one of this machine, while it carries out tasks as well. None where the broker does not answer, or takes
    nothing, which it tells nobody who only asks."""
    try:
        with Connection(broker_url, **limits(broker_url, ASKED_WITHIN_S)) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=ASKED_WITHIN_S)
            asked = [f"{name}@{socket.gethostname()}"]
            answered = bool(WORKERS(connection).call(asked, "ping", timeout=ASKED_WITHIN_S))
        if not answered:
            broker_at(broker_url).ping(within_s=ASKED_WITHIN_S)
    except FAULTS:
        return None
    return answered


def probes(urls: Mapping[str, str], *, broker_url: str) -> dict[str, Callable[[], bool]]:
    """By process name. Beat answers nobody: that it runs must do at the start."""
    ready: dict[str, Callable[[], bool]] = {
        "worker": lambda: workers_answer(broker_url, {"worker", "worker-io"}),
        "web": lambda: answers(f"{urls['web']}/readyz"),
        "flower": lambda: answers(f"{urls['flower']}/healthcheck"),
    }
    if "accounting" in urls:
        ready["accounting"] = lambda: answers(f"{urls['accounting']}/healthz")
    return ready


def asks(urls: Mapping[str, str], *, broker_url: str, database_url: str) -> dict[str, Ask]:
    """As `probes`, of a stack that runs: whether they answer, whatever becomes of those behind them."""
    paths = {"web": "healthz", "flower": "healthcheck", "accounting": "healthz"}
    questions: dict[str, Callable[[], bool | None]] = {
        **{name: partial(worker_answers, broker_url, name) for name in ("worker", "worker-io")},
        **{name: partial(answers, f"{url}/{paths[name]}") for name, url in urls.items()},
    }
    asked: dict[str, Ask] = {name: partial(_told, question) for name, question in questions.items()}
    return {**asked, "beat": partial(beat_looks, notes_url(broker_url, database_url))}


def beat_looks(notes: str, pid: int) -> Told:
    """Whether beat has looked lately. It never computes for long; before its first look it may."""
    if (found := signs(notes)) is None:
        return Told.UNKNOWN
    host = socket.gethostname()
    of_beat = (sign for sign in found if (sign.role, sign.host, sign.pid) == (Role.BEAT, host, pid))
    if (sign := next(of_beat, None)) is None:
        return Told.NOTHING
    return Told.ANSWERS if time.time() - sign.at < WITHIN_S else Told.HANGS


def _told(question: Callable[[], bool | None], pid: int) -> Told:
    match question():
        case None:
            return Told.UNKNOWN
        case answers:
            return Told.ANSWERS if answers else Told.NOTHING

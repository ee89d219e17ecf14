"""Whether each process of the stack does its work."""

from collections.abc import Callable, Mapping

import urllib3
from kombu import Connection
from kombu.pidbox import Mailbox

PROBE = urllib3.Timeout(connect=0.5, read=5)


def answers(url: str) -> bool:
    try:
        return urllib3.request("GET", url, timeout=PROBE, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def workers_answer(broker_url: str, names: set[str]) -> bool:
    """Ping over the broker; a worker answers once it takes tasks."""
    # Not by an application: its pooled connections would outlive the broker of an earlier stack of this process.
    with Connection(broker_url) as connection:
        workers = Mailbox("celery", type="fanout", accept=["json"], reply_queue_expires=10)(connection)
        replies = workers.multi_call("ping", timeout=1, limit=len(names))
    return names <= {node.partition("@")[0] for reply in replies for node in reply}


def probes(urls: Mapping[str, str], *, broker_url: str) -> dict[str, Callable[[], bool]]:
    """By process name. Beat answers nobody: that it runs must do."""
    ready: dict[str, Callable[[], bool]] = {
        "worker": lambda: workers_answer(broker_url, {"worker", "worker-io"}),
        "web": lambda: answers(f"{urls['web']}/readyz"),
        "flower": lambda: answers(f"{urls['flower']}/healthcheck"),
    }
    if "accounting" in urls:
        ready["accounting"] = lambda: answers(f"{urls['accounting']}/healthz")
    return ready

"""Every process does its work where nothing can be written but /tmp and the folder of counters, without any right.

As a container with a read-only root, and as a unit under ProtectSystem=strict: the tree is mounted anew for each
process, for reading only, and all of the kernel's capabilities are gone for good.
"""

import secrets
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_django

from orders.commands.core.roles import Role
from project import env as environment
from project.stack.embedded.child import free_port, wait_until
from project.stack.needs import COUNTING, counters_of, told
from project.stack.processes import procfile
from project.stack.readiness import answers, workers_answer
from tests.support.database import connected_to
from tests.support.processes.nodes import Process
from tests.support.processes.served import send
from tests.support.shop.chain import open_chain
from tests.support.shop.settled import when_settled
from tests.support.shop.shop import PRICE_MINOR

SEALED = """
set -e
[ -z "$1" ] || mount --bind "$1" "$1"
case "$3" in /tmp/*) mount --rbind "$3" /mnt ;; esac
mount -t tmpfs -o size=64m,mode=1777 tmpfs /tmp
case "$3" in /tmp/*) mkdir -p "$3" && mount --bind /mnt "$3" && mount -o remount,bind,ro "$3" && umount -l /mnt ;; esac
mount -o remount,bind,ro /
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all sh -c "$2"
"""
ROLES = ("web", "worker", "worker-io", "beat", "flower")
WITHIN_S = 180


def sealed(command: str, *, counters: Path | None) -> str:
    inside = ["unshare", "--mount", "--propagation", "private", "sh", "-c", SEALED, "sh", str(counters or ""), command]
    inside.append(str(environment.PROJECT_FOLDER))  # it may itself be in /tmp
    return f"exec {shlex.join(inside)}"


@pytest.fixture
def home() -> Iterator[Path]:
    """Beside the tree and not in /tmp, in whose place each process has one of its own."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="ringup_sealed_") as folder:
        yield Path(folder)


def test_a_sale_is_settled_where_nothing_can_be_written(
    fresh_database: str, fresh_broker: str, home: Path, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    web, flower = free_port(), free_port()
    shutil.copytree(environment.PROJECT_FOLDER / "project" / "static", home / "static")
    counters_of(home).mkdir()
    environ = environment.for_child(
        DATABASE_URL=fresh_database,
        BROKER_URL=fresh_broker,
        RINGUP_HOME=str(home),
        SECRET_KEY=secrets.token_hex(),
        FLOWER_BASIC_AUTH=f"ringup:{secrets.token_hex()}",
        ACCOUNTING_URL="http://127.0.0.1:9",
        WEB_PORT=str(web),
        FLOWER_PORT=str(flower),
        PYTHONDONTWRITEBYTECODE="1",
    )
    with django_db_blocker.unblock(), connected_to(fresh_database):
        keys = {role: till.key for role, till in open_chain().tills.items()}
    processes: dict[str, Process] = {}
    try:
        for role in ROLES:
            command = sealed(procfile()[role], counters=counters_of(home) if role in COUNTING else None)
            processes[role] = Process(role, command, environ=told(role, environ), log=home / f"{role}.log")
        for url in (f"http://127.0.0.1:{web}/readyz", f"http://127.0.0.1:{flower}/healthcheck"):
            assert wait_until(lambda url=url: answers(url), seconds=WITHIN_S), logs(processes)  # type: ignore[misc]
        assert wait_until(lambda: workers_answer(fresh_broker, {"worker", "worker-io"}), seconds=WITHIN_S)
        lines = [{"sku": "TEA-80", "quantity": 1}]
        order = {"id": str(uuid4()), "currency": "GBP", "fulfilment": "immediate", "lines": lines}
        body = {"tenders": [{"method": "cash", "amount_minor": PRICE_MINOR}]}
        item = {"key": order["id"], "kind": "pay", "order": order, "body": body}
        api = f"http://127.0.0.1:{web}/api/v1"
        key = keys[Role.POS]
        reply = when_settled(lambda: send("POST", f"{api}/commands", [item], key=key, Prefer="wait=10"))
        assert reply.body["items"][0]["command"]["state"] == "succeeded", (reply, logs(processes))
    finally:
        for process in processes.values():
            process.kill()


def logs(processes: dict[str, Process]) -> str:
    return "\n".join(process.logs().decode()[-1500:] for process in processes.values())


@pytest.mark.parametrize("folder", ["home", "tree", "counters", "passing"])
def test_what_is_sealed_cannot_be_written(folder: str, home: Path) -> None:
    """So that the sale above is worth something: what may be written is what was said."""
    counters_of(home).mkdir()
    places = {"home": home, "tree": environment.PROJECT_FOLDER, "counters": counters_of(home)}
    file = places.get(folder, Path(tempfile.gettempdir())) / "written"
    code = f"import pathlib; pathlib.Path({str(file)!r}).touch()"
    command = sealed(shlex.join([sys.executable, "-c", code]), counters=counters_of(home))
    process = Process("writer", command, environ=environment.for_child(), log=home / "writer.log")
    assert wait_until(lambda: process.status == "exited", seconds=WITHIN_S)
    refused = b"Read-only file system" in process.logs()
    assert refused == (folder in ("home", "tree")), process.logs().decode()
    assert not (file.exists() and folder != "counters")

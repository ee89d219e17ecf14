"""The next release comes while tills sell: tables first, then workers beside the old ones, then the web server.

As docs/upgrade.md tells it. People do what they do in a chaos run, and their history is checked as there.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import urllib3

from benchmarks.chaos import bank
from benchmarks.chaos.calm import ask_outside, left
from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import History, read_exchanges
from benchmarks.chaos.people.crowd import Crowd, crowd
from project.env import PROJECT_FOLDER
from project.stack.embedded.child import free_port, wait_until
from project.stack.readiness import answers
from tests.support.processes.nodes import Process, start
from tests.support.upgrade.next_release import make_next_release

WITHIN_S = 90
SOLD_BETWEEN = 5
SETTLED_BY = "SELECT state, worker FROM orders_command WHERE payload ->> 'gift_note' = 'for Ada'"
BREAK = """
CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE division_by_zero; END $$;
CREATE TRIGGER broken BEFORE INSERT ON orders_payment FOR EACH ROW
    WHEN (NEW.reference = 'broken') EXECUTE FUNCTION broken()
"""
MEND = "DROP TRIGGER broken ON orders_payment; DROP FUNCTION broken()"


@dataclass(kw_only=True)
class Site:
    """Processes of two releases on one database and one broker. `url`: where tills find the web server."""

    environ: dict[str, str]
    home: Path
    url: str
    running: dict[str, Process] = field(default_factory=dict)

    def run(self, tree: Path, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=tree,
            env={**self.environ, "PYTHONPATH": str(tree)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self, role: str, tree: Path, *, name: str = "") -> Process:
        environ = {**self.environ, "PYTHONPATH": str(tree)}
        name = name or role
        self.running[name] = start(role, environ=environ, folder=self.home, name=name, tree=tree)
        return self.running[name]

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        assert process.stop() == 0, process.logs()[-2000:]

    def wait_until_it_says(self, name: str, words: str) -> None:
        process = self.running[name]
        assert wait_until(lambda: words in process.logs().decode(), seconds=WITHIN_S), process.logs()[-2000:]

    def wait_until_the_web_is_ready(self) -> None:
        assert wait_until(lambda: answers(f"{self.url}/readyz"), seconds=WITHIN_S), self.running["web"].logs()[-2000:]

    def pay(self, key: str, **body: Any) -> dict[str, Any]:
        """Of a new order, for a service: nobody else looks at that store."""
        order_id = str(uuid4())
        lines = [{"sku": "POSTAGE", "quantity": 1}]
        order = {"id": order_id, "currency": "GBP", "fulfilment": "immediate", "lines": lines}
        tenders = [{"method": "card", "amount_minor": 395, "reference": body.pop("reference", "")}]
        item = {"key": order_id, "kind": "pay", "order": order, "body": {"tenders": tenders, **body}}
        answer = self.call("/commands", key, [item])
        command: dict[str, Any] = answer["items"][0]["command"]
        return command

    def call(self, path: str, key: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}", "Prefer": "wait=10"}
        answer = urllib3.request("POST", f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=WITHIN_S)
        assert answer.status in (200, 202), answer.data
        return answer.json()


@contextmanager
def site(stack_env: dict[str, str], home: Path) -> Iterator[Site]:
    web, accounting = free_port(), free_port()
    environ = {
        **stack_env,
        bank.FOLDER: str(home),
        "PAYMENT_PROVIDERS": f"{bank.NAME}={bank.PATH}",
        "WEB_PORT": str(web),
        "ACCOUNTING_PORT": str(accounting),
        "ACCOUNTING_URL": f"http://127.0.0.1:{accounting}",
    }
    one = Site(environ=environ, home=home, url=f"http://127.0.0.1:{web}")
    try:
        yield one
    finally:
        for process in one.running.values():
            process.kill()


def sell_on(people: Crowd) -> None:
    """Sales that began from now on are settled."""
    since = time.monotonic()

    def sold() -> bool:
        return sum(1 for one in people.probe.sales if one.began > since and one.settled) >= SOLD_BETWEEN

    assert wait_until(sold, seconds=WITHIN_S), people.shop.failed


@pytest.mark.timeout(900)
def test_the_next_release_comes_while_tills_sell(stack_env: dict[str, str], tmp_path: Path) -> None:
    old, new = PROJECT_FOLDER, tmp_path / "next"
    make_next_release(new)
    home = Path(stack_env["RINGUP_HOME"])
    home.mkdir()
    database_url, told = stack_env["DATABASE_URL"], tmp_path / "history.jsonl"
    with ExitStack() as parts:
        shop = parts.enter_context(site(stack_env, home))
        database = parts.enter_context(psycopg.connect(database_url, autocommit=True))
        shop.run(old, "project.stack.prepare", "--demo")
        kept = json.loads((home / "keys.json").read_text())
        keys, others = kept["terminals"], kept["other_store_terminals"]
        for role in ("accounting", "web", "worker", "worker-io", "beat"):
            shop.start(role, old)
        shop.wait_until_the_web_is_ready()
        shop.wait_until_it_says("worker", " ready.")
        history = History(parts.enter_context(told.open("w")))
        people = parts.enter_context(crowd(base_url=shop.url, keys=keys, history=history, seed=1))
        sell_on(people)
        database.execute(BREAK.encode())
        parked = shop.pay(others["pos"], reference="broken")
        assert parked["state"] == "parked"
        database.execute(MEND.encode())

        # Workers that are begun too early wait for their tables.
        shop.start("worker", new, name="worker-next")
        shop.wait_until_it_says("worker-next", "waiting: migrations are not applied")
        shop.run(new, "project", "manage", "migrate", "--no-input")
        shop.wait_until_it_says("worker-next", " ready.")
        shop.start("worker-io", new, name="worker-io-next")
        sell_on(people)
        notes = urllib3.request("GET", f"{shop.url}/readyz", timeout=WITHIN_S).json()["notes"]
        assert notes == ["the database is of a newer release than this process"]

        shop.stop("web")
        shop.start("web", new)
        shop.wait_until_the_web_is_ready()
        assert [shop.pay(others["pos"], gift_note="for Ada")["state"] for _ in range(10)] == ["succeeded"] * 10
        sell_on(people)
        children = set(shop.running["worker-next"].children())
        settled = database.execute(SETTLED_BY).fetchall()
        assert {(state, int(by.rpartition("/")[2]) in children) for state, by in settled} == {("succeeded", True)}

        shop.stop("worker")
        shop.stop("worker-io")
        shop.stop("beat")
        shop.start("beat", new)
        shop.call(f"/commands/{parked['id']}/retry", others["backoffice"], {"reason": "mended"})
        sell_on(people)
        people.close()
        assert left(database_url, seconds=WITHIN_S) == []
        people.look_once_more()
        accounting_url = shop.environ["ACCOUNTING_URL"]
        ask_outside(history, accounting_url=accounting_url, store="demo", bank=bank.at(home))
        shop.run(new, "project", "manage", "audit")
        assert people.shop.failed == []
    with told.open() as lines:
        exchanges = read_exchanges(lines)
    assert [one for one in exchanges if one.status and one.status >= 500 and one.status != 503] == []
    assert wrong(exchanges) == []

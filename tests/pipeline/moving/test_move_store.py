"""A store goes from one stack to another while its tills sell, as docs/scale.md tells it.

The tills know one address. The other store of the first stack sells on all the time. Whoever closes the store is killed
in the middle of it the first time.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import pytest_django
import redis
import urllib3

from benchmarks.chaos import bank
from benchmarks.chaos.calm import ask_outside, left
from benchmarks.chaos.history.check import wrong
from benchmarks.chaos.history.exchange import History, read_exchanges
from benchmarks.chaos.people.crowd import crowd
from orders.audit.round import audit
from orders.moving.db.cells import become_cell
from project.env import PROJECT_FOLDER
from project.stack.embedded.child import wait_until
from project.stack.servers import Servers, passing_database
from tests.pipeline.upgrade.test_side_by_side import WITHIN_S, Site, sell_on, site
from tests.support.database import broker_database, connected_to
from tests.support.network.switch import switch

OF_DEMO = "FROM orders_command JOIN inventory_store AS store ON store.id = store_id WHERE code = 'demo'"
OF_OTHERS = "FROM orders_command JOIN inventory_store AS store ON store.id = store_id WHERE code <> 'demo'"
HELD = "SELECT count(*) FROM pg_trigger WHERE starts_with(tgname, '0_leaves')"


@contextmanager
def selling_on(shop: Site, key: str) -> Iterator[None]:
    """The other store, one service after the other. A call that is refused for now is made again as another one."""
    is_over = threading.Event()

    def sell() -> None:
        while not is_over.is_set():
            with suppress(AssertionError, urllib3.exceptions.HTTPError):
                shop.pay(key)

    thread = threading.Thread(target=sell)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def begin(one: Site, *arguments: str) -> subprocess.Popen[str]:
    """`./ringup manage`."""
    command = [sys.executable, "-m", "project", "manage", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=PROJECT_FOLDER, env=one.environ, stdout=pipe, stderr=pipe, text=True)


def manage(one: Site, *arguments: str) -> str:
    done = begin(one, *arguments)
    said, failed = done.communicate(timeout=WITHIN_S)
    assert done.returncode == 0, said + failed
    return said.strip()


def count(one: Site, asked: str) -> int:
    with psycopg.connect(one.environ["DATABASE_URL"]) as database:
        row = database.execute(asked.encode()).fetchone()
    assert row
    return int(row[0])


def wait_until_some_is_held(one: Site) -> None:
    with psycopg.connect(one.environ["DATABASE_URL"], autocommit=True) as database:
        assert wait_until(lambda: database.execute(HELD).fetchone() != (0,), seconds=WITHIN_S)


def a_broker_beside(url: str) -> str:
    """Another of the four databases that this process looks in."""
    number = int(url.rpartition("/")[2])
    for other in range((number - 1) % 4 + 1, 16, 4):
        beside = broker_database(url, other)
        with redis.Redis.from_url(beside) as broker:
            if other != number and broker.dbsize() == 0:
                return beside
    pytest.fail("no broker database is empty")


@pytest.fixture
def other_env(
    servers: Servers, template_database: str, copies: str, stack_env: dict[str, str], tmp_path: Path
) -> Iterator[dict[str, str]]:
    beside = a_broker_beside(stack_env["BROKER_URL"])
    with passing_database(servers.database_url, template=f"{template_database} {copies}") as url:
        yield stack_env | {"DATABASE_URL": url, "BROKER_URL": beside, "RINGUP_HOME": str(tmp_path / "other")}
    with redis.Redis.from_url(beside) as broker:
        broker.flushdb()


def be_ready(*sites: Site) -> None:
    """Both begin at the same time."""
    for one in sites:
        for role in ("web", "worker", "worker-io", "beat"):
            one.start(role, PROJECT_FOLDER)
    for one in sites:
        one.wait_until_the_web_is_ready()
        one.wait_until_it_says("worker", " ready.")


@pytest.mark.timeout(900)
def test_a_store_moves_while_its_tills_sell(
    stack_env: dict[str, str],
    other_env: dict[str, str],
    django_db_blocker: pytest_django.DjangoDbBlocker,
    tmp_path: Path,
) -> None:
    told, folder = tmp_path / "history.jsonl", tmp_path / "demo"
    for environ in (stack_env, other_env):
        Path(environ["RINGUP_HOME"]).mkdir()
    with ExitStack() as parts:
        old = parts.enter_context(site(stack_env, Path(stack_env["RINGUP_HOME"])))
        new = parts.enter_context(site(other_env, Path(other_env["RINGUP_HOME"])))
        # One bank and one accounting for both.
        for name in (bank.FOLDER, "ACCOUNTING_URL"):
            new.environ[name] = old.environ[name]
        for number, one in enumerate((old, new)):
            with django_db_blocker.unblock(), connected_to(one.environ["DATABASE_URL"]):
                become_cell(number)
        old.run(PROJECT_FOLDER, "project.stack.prepare", "--demo")
        old.start("accounting", PROJECT_FOLDER)
        be_ready(old, new)
        keys = json.loads((old.home / "keys.json").read_text())
        history = History(parts.enter_context(told.open("w")))
        door = parts.enter_context(switch(old.url))
        people = parts.enter_context(crowd(base_url=door.url, keys=keys["terminals"], history=history, seed=1))
        parts.enter_context(selling_on(old, keys["other_store_terminals"]["pos"]))
        sell_on(people)

        killed = begin(old, "move_store", "out", "demo", str(folder))
        wait_until_some_is_held(old)
        killed.kill()
        killed.communicate()
        assert manage(old, "move_store", "stay", "demo") == "demo is open here"
        assert count(old, HELD) == 0
        sell_on(people)

        others = count(old, f"SELECT count(*) {OF_OTHERS}")
        manage(old, "move_store", "out", "demo", str(folder), "--wait", str(WITHIN_S))
        sold = count(old, f"SELECT count(*) {OF_DEMO}")
        headers = {"Authorization": f"Bearer {keys['terminals']['pos']}"}
        answer = urllib3.request("GET", f"{old.url}/api/v1/orders", headers=headers, timeout=WITHIN_S, retries=False)
        assert (answer.status, answer.json()["code"], answer.headers["Retry-After"]) == (503, "store_moving", "1")
        word = manage(old, "move_store", "left", "demo")
        assert "the store is open" in manage(new, "move_store", "in", str(folder), word)
        door.lead_to(new.url)
        sell_on(people)
        assert count(old, f"SELECT count(*) {OF_OTHERS}") > others

        people.close()
        assert left(new.environ["DATABASE_URL"], seconds=WITHIN_S) == []
        people.look_once_more()
        ask_outside(history, accounting_url=old.environ["ACCOUNTING_URL"], store="demo", bank=bank.at(old.home))
        assert people.shop.failed == []
        assert count(old, f"SELECT count(*) {OF_DEMO}") == sold
        assert count(new, f"SELECT count(*) {OF_DEMO}") > sold
    for one in (old, new):
        with django_db_blocker.unblock(), connected_to(one.environ["DATABASE_URL"]):
            assert audit() == []
    assert count(old, f"SELECT count(*) {OF_OTHERS} AND state IN ('parked', 'rejected')") == 0
    with told.open() as lines:
        exchanges = read_exchanges(lines)
    assert [one for one in exchanges if one.status and one.status >= 500 and one.status != 503] == []
    assert wrong(exchanges) == []

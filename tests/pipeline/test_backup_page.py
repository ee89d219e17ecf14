"""docs/backup.md, run as it is written: a shop dies, goes back to a time, and its tills send once more."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import urllib3

from project import env as environment
from project.stack.embedded.child import free_port, wait_until
from ringup_client import Back, Command, Line, Order, Pay, Return, Tender, Till
from tests.support.processes.up import EMBEDDED, Up

PAGE = environment.PROJECT_FOLDER / "docs" / "backup.md"
WITHIN_S = 60
PORTS = ("WEB_PORT", "FLOWER_PORT", "ACCOUNTING_PORT")


class Shop:
    """A folder with `./ringup` in it, as the page has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ".ringup"
        self.settings = {**EMBEDDED, **{name: str(free_port()) for name in PORTS}}
        (folder / ".venv").symlink_to(environment.PROJECT_FOLDER / ".venv")
        program = folder / "ringup"
        program.write_text(f'#!/bin/sh\nexec {environment.PROJECT_FOLDER / "ringup"} "$@"\n')
        program.chmod(0o755)

    def does(self, heading: str, **given: str) -> str:
        """What the page says under that heading."""
        where, said = (block_of(one) for one in ("Where things are", heading))
        script = where.replace("/srv/ringup-backups", str(self.folder / "backups")) + said
        return self.run("sh", "-eu", "-c", script, **given)

    def manages(self, *arguments: str) -> str:
        return self.run(str(self.folder / "ringup"), "manage", *arguments)

    def run(self, *command: str, **given: str) -> str:
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment.for_child(**self.settings, RINGUP_HOME=str(self.home), PATH=path, **given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self) -> Up:
        up = Up(self.home, **self.settings)
        up.wait_ready()
        return up


def block_of(heading: str) -> str:
    return PAGE.read_text().split(f"\n## {heading}\n")[1].split("```sh\n")[1].split("```")[0]


def die(up: Up) -> None:
    """As a machine does: the database has no time to say goodbye."""
    up.process.send_signal(signal.SIGSTOP)
    for name, pid in up.run["pids"].items():
        if name != "up":
            os.killpg(pid, signal.SIGKILL)
    up.kill()
    assert wait_until(lambda: not up.left(), seconds=WITHIN_S), up.left()
    (up.home / "run.json").unlink()


def sale() -> Pay:
    return Pay(Order([Line("TEA-EARL-GREY", 1)], "GBP"), [Tender("cash", 449)])


def sell(till: Till, count: int) -> list[Command]:
    return [till.submit(sale()).applied() for _ in range(count)]


def number_of(command: Command) -> str:
    assert command.result
    return str(command.result.get("invoice_number") or command.result["credit_note_number"])


@contextmanager
def till_of(up: Up, folder: Path) -> Iterator[Till]:
    keys: dict[str, str] = up.run["terminals"]
    with Till(up.run["base_url"], file=folder / "till", key=keys["supervisor"], patience_s=WITHIN_S) as till:
        yield till


def booked(up: Up) -> list[str]:
    """What the accounting system has, by number."""
    entries = urllib3.request("GET", f"{up.run['accounting_url']}/entries").json()["items"]
    return sorted(one["credit_note_number"] or one["invoice_number"] for one in entries)


def on_hand(till: Till) -> int:
    return int(str(till.get("/inventory/items/TEA-EARL-GREY")["on_hand"]))


@pytest.mark.timeout(900)
def test_a_shop_dies_and_goes_back_to_a_time_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.manages("migrate")
    shop.does("Keep all WAL")
    up = shop.up()
    try:
        with till_of(up, tmp_path) as till:
            before = on_hand(till)
            sold = sell(till, 2)
            shop.does("Make a base backup, and check it")
            sold += sell(till, 2)
            until = datetime.now(UTC)
            lost = sell(till, 2)
            given_back = Return(str(lost[0].order_id), [Back(1, sku="TEA-EARL-GREY")])
            lost.append(till.submit(given_back).applied())
            numbers = sorted(map(number_of, [*sold, *lost]))
            assert wait_until(lambda: booked(up) == numbers, seconds=WITHIN_S)
    finally:
        die(up)
    shop.does("Go back to a time", UNTIL=until.isoformat(sep=" "))
    up = shop.up()
    try:
        with till_of(up, tmp_path) as till, psycopg.connect(up.run["database_url"]) as database:
            assert database.execute("SELECT count(*) FROM orders_order").fetchone() == (4,)
            new = till.submit(sale()).applied()
            again = {one.key: till.settle(one.key).applied() for one in till.send_again(sold[0].sold_at)}
            assert [number_of(again[one.key]) for one in (*sold, *lost)] == [*map(number_of, [*sold, *lost])]
            assert [again[one.key].id == one.id for one in (*sold, *lost)] == [True] * 4 + [False] * 3

            def number_of_new() -> Any:
                return till.get(f"/orders/{new.order_id}")["invoice_number"]

            assert wait_until(lambda: number_of_new() is not None, seconds=WITHIN_S)
            assert number_of_new() not in numbers
            assert wait_until(lambda: booked(up) == sorted([*numbers, number_of_new()]), seconds=WITHIN_S)
            states = "SELECT DISTINCT state FROM orders_journalentry"
            assert wait_until(lambda: database.execute(states).fetchall() == [("posted",)], seconds=WITHIN_S)
            assert on_hand(till) == before - 4 - 2 + 1 - 1
        assert "numbers are set aside" in shop.does("Before tills sell again")
        decided = shop.does("Decide about the rest", STORE="demo")
        assert "numbers are void, and accounting is told" in decided
        assert "nothing is wrong" in shop.manages("audit")
    finally:
        up.process.terminate()
        up.process.wait(WITHIN_S)

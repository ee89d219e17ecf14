"""The READMEs' sales and the first hours, run as they are written there."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from project import env as environment
from project.stack.embedded.child import wait_until

READY_WITHIN_S = 180
CURL = environment.PROJECT_FOLDER / "tests" / "support" / "network" / "curl.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where somebody has started `./ringup up`."""
    tmp_path = tmp_path_factory.mktemp("shop")
    home = tmp_path / ".ringup"
    child = environment.for_child(RINGUP_HOME=str(home), DATABASE_URL="", BROKER_URL="")
    command = [sys.executable, "-m", "project", "up"]
    with (
        (tmp_path / "up.out").open("w") as said,
        subprocess.Popen(command, cwd=environment.PROJECT_FOLDER, env=child, stdout=said, stderr=said) as up,
    ):
        programs = {"bin/curl": f"{sys.executable} {CURL}", "ringup": f"{sys.executable} -m project"}
        environ = f'PYTHONPATH="{environment.PROJECT_FOLDER}" RINGUP_HOME="${{RINGUP_HOME:-{home}}}"'
        (tmp_path / "bin").mkdir()
        for name, program in programs.items():
            (tmp_path / name).write_text(f'#!/bin/sh\n{environ} exec {program} "$@"\n')
            (tmp_path / name).chmod(0o755)
        (tmp_path / ".venv").symlink_to(Path(sys.prefix))
        assert wait_until((home / "run.json").exists, seconds=READY_WITHIN_S), (tmp_path / "up.out").read_text()
        yield tmp_path
        up.terminate()


def typed(script: str, folder: Path) -> list[str]:
    """What it says that somebody types in the folder where Ringup is; a line that fails ends it."""
    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment.for_child(
            RINGUP_HOME="",
            DATABASE_URL="",
            BROKER_URL="",
            PATH=f"{folder}/bin:{Path(sys.executable).parent}:/usr/bin:/bin",
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr
    return done.stdout.splitlines()


def run(script: str, folder: Path) -> list[str]:
    """A till's own program."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def blocks(page: str, language: str = "sh") -> str:
    text = (environment.PROJECT_FOLDER / "docs" / "first-hour" / page).read_text()
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def test_the_sale_runs_as_written(folder: Path) -> None:
    readme = (environment.PROJECT_FOLDER / "README.md").read_text()
    script = readme.split("## A sale with curl")[1].split("```sh\n")[1].split("```")[0]
    said = typed(script, folder)
    answers: list[dict[str, Any]] = [json.loads(line) for line in said[:6]]
    item, order, paid, asked, history, movements = answers
    assert item["sku"] == "TEA-EARL-GREY"
    assert (order["status"], order["total_minor"]) == ("draft", 1548)
    assert (paid["state"], paid["result"]["change_minor"]) == ("succeeded", 452)
    assert asked["id"] == paid["id"]
    assert [change["to_status"] for change in history["items"]] == ["paid"]
    sold = {(movement["sku"], movement["quantity_change"]) for movement in movements["items"]}
    assert sold == {("TEA-EARL-GREY", -2), ("CANDLE-BEESWAX", -1)}
    shown = readme.split('call "$API/orders/$ORDER/receipt"')[1].split("```\n")[2]
    assert lasting(said[6:]) == lasting(shown.splitlines())


def test_the_ten_lines_of_the_client_run_as_written(folder: Path) -> None:
    readme = (environment.PROJECT_FOLDER / "clients" / "python" / "README.md").read_text()
    script, asynchronous = re.findall("```python\n(.*?)```", readme, re.DOTALL)
    assert len(script.splitlines()) == 10
    invoice, change, *receipt = run(script, folder)
    assert (invoice.startswith("Invoice: "), change) == (True, "Change: 713")
    assert any(line.endswith("£12.87") for line in receipt)
    assert (folder / "till.sqlite3").exists()
    assert [line.partition(" ")[0] for line in run(asynchronous, folder)] == ["Invoice:"]


def test_the_till_of_the_guide_runs_as_written(folder: Path) -> None:
    till = (environment.PROJECT_FOLDER / "docs" / "tills.md").read_text().split("```python\n")[1].split("```")[0]
    typed = "TEA-EARL-GREY 2\nBREAD-SOURDOUGH 1\npay 20.00\nback TEA-EARL-GREY\nNO-SUCH 1\npay 1\nsing\nend\n"
    done = subprocess.run(
        [sys.executable, "-c", till], cwd=folder, input=typed, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    sold, back = done.stdout.split("CREDIT NOTE")
    assert re.search("Change +£7.13", sold)
    assert re.search("Total +£4.49", back)
    assert back.endswith(
        "1 x NO-SUCH\n"
        "No: product_not_found: The order cannot be made as it is. The store has no product NO-SUCH.\n"
        "SKU QUANTITY, pay MONEY, back SKU, or end\n"
    )


def test_a_shops_first_hour_runs_as_written(folder: Path) -> None:
    said = typed(blocks("shop.md"), folder)
    for line in (
        '{"counts":{"created":2,"updated":0,"unchanged":0,"refused":0},"rows":[]}',
        "north was made, with the location shop",
    ):
        assert line in said
    assert any('"counts":{"set":2,"refused":0,"skipped":0}' in line for line in said)
    assert any(line.startswith("demo   Till 2       supervisor") for line in said)
    assert any(line.endswith(": nothing is wrong.") for line in said)


def test_an_operators_first_hour_runs_as_written(folder: Path) -> None:
    """Accounting goes and comes back, a command is parked and taken up again, a backup is tried."""
    said = typed(blocks("operator.md"), folder)
    assert any(line.split() == ["X", "Parked", "commands", "1", "command", "is", "parked"] for line in said)
    settled = json.loads(next(line for line in reversed(said) if line.startswith("{")))
    assert (settled["state"], settled["repairs"][0]["reason"]) == ("succeeded", "the trigger is gone")
    assert int(said[-1]) >= 2, "orders in the backup"


def test_a_till_developers_first_hour_runs_as_written(folder: Path) -> None:
    said = typed(blocks("till.md"), folder)
    items = [json.loads(line)["items"][0] for line in said if line.startswith('{"items":[{"index"')]
    assert [one["status"] for one in items] == ["accepted", "replayed", "refused", "accepted"]
    assert items[-1]["command"]["outcome"]["code"] == "payment_does_not_match_total"
    back = json.loads(next(line for line in said if '"refunds"' in line))
    assert back["result"]["refunds"][0]["amount_minor"] == 449
    client = environment.PROJECT_FOLDER / "clients" / "python"
    (folder / "first.py").write_text(blocks("till.md", "python"))
    told = typed(f"PYTHONPATH={client} python -W ignore first.py", folder)
    assert told[:2] == ["change 102", "again True"]
    assert told[-2:] == ["[<State.SUCCEEDED: 'succeeded'>] succeeded", "open [] forgotten 0"]


def lasting(receipt: list[str]) -> list[str]:
    """Without what is another's on each receipt."""
    return [line for line in receipt if line and not line.startswith(("Invoice", "Order", "Date", "Business day"))]

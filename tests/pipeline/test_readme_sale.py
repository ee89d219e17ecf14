"""The READMEs' sales, run as they are written there."""

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

READY_WITHIN_S = 90
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
        assert wait_until((home / "run.json").exists, seconds=READY_WITHIN_S), (tmp_path / "up.out").read_text()
        yield tmp_path
        up.terminate()


def test_the_sale_runs_as_written(folder: Path) -> None:
    readme = (environment.PROJECT_FOLDER / "README.md").read_text()
    script = readme.split("## A sale with curl")[1].split("```sh\n")[1].split("```")[0]
    programs = folder / "bin"
    programs.mkdir()
    (programs / "curl").write_text(f'#!/bin/sh\nexec {sys.executable} {CURL} "$@"\n')
    (programs / "curl").chmod(0o755)

    done = subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env=environment.for_child(PATH=f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()[:6]]
    item, order, paid, asked, history, movements = answers
    assert item["sku"] == "TEA-EARL-GREY"
    assert (order["status"], order["total_minor"]) == ("draft", 1287)
    assert (paid["state"], paid["result"]["change_minor"]) == ("succeeded", 713)
    assert asked["id"] == paid["id"]
    assert [change["to_status"] for change in history["items"]] == ["paid"]
    sold = {(movement["sku"], movement["quantity_change"]) for movement in movements["items"]}
    assert sold == {("TEA-EARL-GREY", -2), ("BREAD-SOURDOUGH", -1)}
    shown = readme.split('call "$API/orders/$ORDER/receipt"')[1].split("```\n")[2]
    assert lasting(done.stdout.splitlines()[6:]) == lasting(shown.splitlines())


def test_the_ten_lines_of_the_client_run_as_written(folder: Path) -> None:
    readme = (environment.PROJECT_FOLDER / "clients" / "python" / "README.md").read_text()
    script = readme.split("```python\n")[1].split("```")[0]
    assert len(script.splitlines()) == 10
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    invoice, change, *receipt = done.stdout.splitlines()
    assert (invoice.startswith("Invoice: "), change) == (True, "Change: 713")
    assert any(line.endswith("£12.87") for line in receipt)
    assert (folder / "till.sqlite3").exists()


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


def lasting(receipt: list[str]) -> list[str]:
    """Without what is another's on each receipt."""
    return [line for line in receipt if line and not line.startswith(("Invoice", "Order", "Date", "Business day"))]

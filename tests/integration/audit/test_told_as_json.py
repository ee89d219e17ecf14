"""`manage audit --json`: what a program reads of it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from base.sql.sets import cursor
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop


def audit() -> tuple[Any, Any]:
    """How it ended, and what it told."""
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", "--json", stdout=out)
    return ended.value.code, json.loads(out.getvalue())


@pytest.mark.usefixtures("own_database")
def test_it_tells_how_much_was_looked_at_and_each_finding() -> None:
    shop = open_shop()
    execute([shop.sale()[0]])
    code, told = audit()
    assert (code, told["drifts"], told["findings"]) == (0, 0, [])
    assert told["examined"] > 0
    with unguarded():
        cursor().execute("UPDATE inventory_stocklevel SET on_hand = on_hand + 1")
    code, told = audit()
    assert (code, told["drifts"]) == (1, len(told["findings"]))
    assert "on hand is the sum of the movements" in {finding["law"] for finding in told["findings"]}

"""`manage audit`, and what a monitor sees of the audit."""

import pytest
from django.core.management import call_command
from django.test import Client

from base.sql.sets import cursor
from orders.audit.look import look_on
from orders.audit.round import go_on
from orders.models import AuditFinding, AuditRound, Order
from tests.support.shop.guards import unguarded
from tests.support.shop.rung import execute
from tests.support.shop.shop import open_shop

TOTAL = "what an order comes to is the sum of its lines"


@pytest.fixture
def sold(own_database: str) -> None:
    shop = open_shop()
    execute([shop.order(("TEA-80", 1)), *(shop.sale(("TEA-80", 1))[0] for _ in range(3))])


def spoil(more: int) -> None:
    with unguarded():
        cursor().execute(
            "UPDATE orders_order SET total_minor = total_minor + %s WHERE number IN "
            "(SELECT number FROM orders_order WHERE status = 'draft')",
            (more,),
        )


def audited(capsys: pytest.CaptureFixture[str]) -> tuple[object, list[str]]:
    """How it ended, and what it said."""
    with pytest.raises(SystemExit) as ended:
        call_command("audit")
    return ended.value.code, [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")]


def figures(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    said = [line.rsplit(" ", 1) for line in lines if line.startswith("ringup_audit_")]
    return {name.removeprefix("ringup_audit_"): float(value) for name, value in said}


@pytest.mark.usefixtures("sold")
def test_it_says_how_far_it_came_and_that_nothing_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    ended, said = audited(capsys)
    assert ended == 0
    assert said[:-1] == [
        "live: 1 looked at",
        "levels: 3 looked at",
        "commands: 3 looked at",
        "orders: 4 looked at",
        "pools: 1 looked at",
    ]
    assert said[-1].startswith("12 rows were looked at in ")
    assert said[-1].endswith(" s: nothing is wrong.")


@pytest.mark.usefixtures("sold")
def test_it_says_what_is_wrong_until_that_is_mended(capsys: pytest.CaptureFixture[str], client: Client) -> None:
    draft = Order.objects.get(status="draft")
    spoil(1)
    ended, said = audited(capsys)
    assert ended == 1
    assert (
        f'Broken: "{TOTAL}", by {draft.id}: subtotal 2.51 GBP, discount 0.00 GBP, tax 0.00 GBP and total 2.51 GBP, '
        "lines 2.50 GBP, 0.00 GBP, 0.00 GBP and 2.50 GBP" in said
    )
    assert said[-1].endswith(" s: 1 drifts.")
    assert figures(client)[f'findings{{law="{TOTAL}"}}'] == 1
    spoil(-1)
    assert audited(capsys)[0] == 0
    assert not AuditFinding.objects.exists()
    assert figures(client)[f'findings{{law="{TOTAL}"}}'] == 0, "an alarm ends"


@pytest.mark.usefixtures("sold")
def test_it_is_the_days_round(capsys: pytest.CaptureFixture[str]) -> None:
    """One that is under way is over, and none begins for a day."""
    go_on(seconds=0)
    audited(capsys)
    before = AuditRound.objects.values().get()
    assert (before["walk"], before["ended_examined"]) == ("", 12)
    assert go_on(seconds=0) == []
    assert AuditRound.objects.values().get() == before


@pytest.mark.usefixtures("sold")
def test_a_monitor_sees_when_it_was_last_audited(client: Client) -> None:
    assert (figures(client)["look_at"], figures(client)["round_ended_at"]) == (0, 0)
    look_on(seconds=60)
    go_on(seconds=60)
    look, round_ = figures(client)["look_at"], figures(client)["round_ended_at"]
    assert round_ > look > 0
    assert figures(client)["round_rows"] == 12
    look_on(seconds=60)
    assert figures(client)["look_at"] > round_

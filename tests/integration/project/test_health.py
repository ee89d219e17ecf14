"""Alive, ready, figures: what a load balancer and a monitor see."""

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from inventory.models import Store
from orders.models import Command, InvoiceNumber, Repair
from project.database import configuration
from project.figures import GAUGES, PIPELINE

NOBODY_LISTENS = "127.0.0.1:1"


@pytest.fixture
def no_database(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    before = connections.settings
    connections.settings = connections.configure_settings(
        {"default": configuration(f"postgresql://{NOBODY_LISTENS}/ringup")}
    )
    del connections["default"]
    with django_db_blocker.unblock():
        yield
    connections.settings = before
    del connections["default"]


def test_alive_asks_nobody(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_ready_when_the_database_is_migrated_and_the_broker_answers(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


@pytest.mark.django_db
def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.BROKER_URL = f"redis://{NOBODY_LISTENS}"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["the broker does not answer"])


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["migrations are not applied"])


@pytest.mark.django_db
def test_asking_whether_it_is_ready_builds_no_graph_of_migrations(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/readyz")
    monkeypatch.setattr(MigrationLoader, "build_graph", lambda _: pytest.fail("built anew"))
    assert client.get("/readyz").status_code == 200


@pytest.mark.usefixtures("no_database")
def test_not_ready_without_a_database(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "the database does not answer" in answer.json()["reasons"]


@pytest.mark.django_db
def test_figures_count_what_waits_and_what_is_left(client: Client) -> None:
    now = timezone.now()
    store = Store.objects.create(code="high-street", name="High Street", currency="GBP", created_at=now)
    dismissed = {"outcome_code": "dismissed", "outcome": {}, "settled_at": now, "dismissed_by": "olga"}
    for state, kind, more in [
        ("pending", "receive", {}),
        *[("parked", "receive", {})] * 2,
        ("awaiting", "pay", {}),
        ("dismissed", "receive", dismissed),
    ]:
        command = Command.objects.create(
            id=uuid.uuid4(),
            store=store,
            issued_by="Till 1",
            key=str(uuid.uuid4()),
            fingerprint=b"",
            kind=kind,
            payload={},
            state=state,
            ring_at=now,
            accepted_at=now,
            **more,
        )
        if state == "dismissed":
            Repair.objects.create(store=store, command=command, act="dismiss", by="olga", at=now)
    InvoiceNumber.objects.create(store=store, number="INV-1", fetched_at=now)
    lines = client.get("/metrics").content.decode().splitlines()
    assert "ringup_commands_pending 1.0" in lines
    assert 'ringup_commands_parked{kind="receive"} 2.0' in lines
    assert 'ringup_commands_parked{kind="pay"} 0.0' in lines, "an alarm ends when nothing is parked any more"
    assert "ringup_commands_awaiting 1.0" in lines
    assert "ringup_commands_dismissed 1.0" in lines
    assert 'ringup_invoice_numbers_free{store="high-street"} 1.0' in lines
    assert 'ringup_invoice_pool_low{store="high-street"} 500.0' in lines
    assert not any("minutes_to_empty{" in line or "refill_requested_at{" in line for line in lines)
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


@pytest.mark.django_db
def test_figures_are_those_that_are_declared() -> None:
    assert [one.name for one in PIPELINE.collect()] == [gauge.metric for gauge in GAUGES]

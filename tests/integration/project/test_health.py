"""Alive, ready, figures: what a load balancer and a monitor see."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import psycopg
import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from inventory.models import Store
from orders.models import Command, InvoiceNumber, Repair, VoidNotice
from project import env as environment
from project.database import configuration
from project.figures import GAUGES, PIPELINE
from project.upgrade import schema
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.shop.shop import open_shop

NOBODY_LISTENS = "127.0.0.1:1"
STATEMENTS_MAX = 12


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
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": [], "notes": []})


@pytest.mark.django_db
def test_ready_without_a_broker_since_commands_are_taken_all_the_same(client: Client, settings: Settings) -> None:
    """All web servers have the same broker: a proxy would have nobody left to send a till to."""
    settings.BROKER_URL = f"redis://{NOBODY_LISTENS}"
    answer = client.get("/readyz")
    notes = ["the broker does not answer"]
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": [], "notes": notes})


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'orders'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reasons"]) == (503, ["migrations are not applied"])


@pytest.mark.django_db
def test_tables_of_a_newer_release_are_a_note_and_no_reason(client: Client) -> None:
    """While the next release comes, who knows the tables as they were goes on."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '0005_next', now())")
    answer = client.get("/readyz")
    notes = ["the database is of a newer release than this process"]
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": [], "notes": notes})


@pytest.mark.django_db
def test_the_migrations_of_this_release_are_those_that_django_finds() -> None:
    assert schema.known() == frozenset(MigrationLoader(None).disk_migrations)


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
    long_ago = now - timedelta(days=1)
    void = InvoiceNumber.objects.create(
        store=store, number="INV-2", fetched_at=now, state="void", voided_at=long_ago, void_reason="torn"
    )
    VoidNotice.objects.create(number=void, store=store, next_attempt_at=now, last_error="no such series")
    lines = client.get("/metrics").content.decode().splitlines()
    assert "ringup_commands_pending 1.0" in lines
    assert 'ringup_commands_parked{kind="receive"} 2.0' in lines
    assert 'ringup_commands_parked{kind="pay"} 0.0' in lines, "an alarm ends when nothing is parked any more"
    assert "ringup_commands_awaiting 1.0" in lines
    since = dict(re.findall(r'^ringup_waiting_since{what="(\w+)"} (\S+)$', "\n".join(lines), re.MULTILINE))
    assert {what: float(at) for what, at in since.items()} == {
        "commands": pytest.approx(now.timestamp()),
        "void_notices": pytest.approx(long_ago.timestamp()),
    }
    assert "ringup_void_notices_failed 1.0" in lines
    assert "ringup_commands_dismissed 1.0" in lines
    assert 'ringup_invoice_numbers_free{store="high-street"} 1.0' in lines
    assert 'ringup_invoice_pool_low{store="high-street"} 500.0' in lines
    assert not any("minutes_to_empty{" in line or "refill_requested_at{" in line for line in lines)
    assert any(line.startswith("process_resident_memory_bytes ") for line in lines)


def test_more_stores_and_more_that_waits_are_no_more_statements(own_database: str, client: Client) -> None:
    def statements() -> int:
        with proxied(own_database) as proxy, connected_to(proxy.url):
            client.get("/metrics")
            before = proxy.statements
            assert client.get("/metrics").status_code == 200
            return proxy.statements - before

    of_none = statements()
    for code in ("high-street", "low-street"):
        shop = open_shop(code)
        shop.sale()
        shop.sale()
    assert statements() == of_none <= STATEMENTS_MAX


def test_a_scrape_that_takes_too_long_is_given_up(
    own_database: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before any other statement would be."""
    monkeypatch.setattr("project.figures.STATEMENTS_MAX_MS", 100)
    began = monotonic()
    with psycopg.connect(own_database) as somebody:
        somebody.execute("LOCK TABLE orders_command")
        with pytest.raises(psycopg.errors.QueryCanceled):
            client.get("/metrics")
    assert monotonic() - began < environment.current().statement_timeout_ms / 2_000


@pytest.mark.django_db
def test_figures_are_those_that_are_declared() -> None:
    assert [one.name for one in PIPELINE.collect()] == [gauge.metric for gauge in GAUGES]

"""What a migration made is granted to the processes, in time, and nobody begins before it is."""

import subprocess

import psycopg
import pytest
import pytest_django
from django.test import Client

from project.stack.embedded.child import wait_until
from project.stack.servers import Servers
from project.upgrade import grants, schema
from project.upgrade.grants import grant
from tests.support.database import connected_to
from tests.support.network.proxy import proxied
from tests.support.network.threads import PATIENCE_S, begin
from tests.support.processes.migrated import migrate
from tests.support.upgrade.rights import sorted_rights, take_all


@pytest.mark.parametrize("table", ["orders_payment", "ringup_note"])
def test_nobody_begins_between_a_migration_and_its_grants(
    table: str,
    application: str,
    owner_url: str,
    client: Client,
    django_db_blocker: pytest_django.DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else what a worker takes would be parked: being refused is no fault that passes."""
    looks, applied = list[schema.Names](), schema.applied

    def looked() -> schema.Names:
        looks.append(applied())
        return looks[-1]

    monkeypatch.setattr(schema, "LOOKED_EVERY_S", 0.05)
    monkeypatch.setattr(schema, "applied", looked)
    take_all(owner_url, of=table)
    with django_db_blocker.unblock(), connected_to(application):
        waits = begin(schema.wait_for_tables)
        assert wait_until(lambda: len(looks) > 1 or waits.done(), seconds=PATIENCE_S)
        assert not waits.done()
        assert client.get("/readyz").json()["reasons"] == [schema.UNGRANTED]
        grant(owner_url, to=application)
        waits.result(PATIENCE_S)
        assert client.get("/readyz").json()["reasons"] == []


def test_what_is_no_table_of_ours_need_not_be_granted(
    application: str, owner_url: str, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE orders_payment_of_last_year (LIKE orders_payment)")
        try:
            with django_db_blocker.unblock(), connected_to(application):
                assert schema.lack(schema.applied()) is None
        finally:
            owner.execute("DROP TABLE orders_payment_of_last_year")


def test_a_migration_that_ends_by_a_fault_grants_what_it_made(
    application: str, owner_url: str, servers: Servers, capfd: pytest.CaptureFixture[str]
) -> None:
    before = sorted_rights(owner_url)
    take_all(owner_url)
    with pytest.raises(subprocess.CalledProcessError):
        migrate(application, "orders", "9999", broker_url=servers.broker_url, owner=owner_url)
    assert "9999" in capfd.readouterr().err
    assert sorted_rights(owner_url) == before


def test_somebody_who_changes_a_table_meanwhile_is_not_waited_for_without_end(
    application: str, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "WAITS_MAX_MS", 100)
    take_all(owner_url, of="orders_payment")
    with psycopg.connect(owner_url) as somebody:
        somebody.execute("ALTER TABLE orders_payment SET (fillfactor = 90)")
        waits = begin(lambda: grant(owner_url, to=application))
        ended = wait_until(waits.done, seconds=PATIENCE_S)
        somebody.rollback()
    assert ended
    assert "somebody else has been changing a table" in str(waits.exception())
    grant(owner_url, to=application)


def test_a_database_that_says_nothing_is_not_waited_for_without_end(
    application: str, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grants, "CONNECTS_WITHIN_S", 2)
    with proxied(owner_url) as proxy:
        proxy.fall_silent()
        waits = begin(lambda: grant(proxy.url, to=application))
        ended = wait_until(waits.done, seconds=PATIENCE_S)
        proxy.speak()
    assert ended
    assert "no answer in time" in str(waits.exception())

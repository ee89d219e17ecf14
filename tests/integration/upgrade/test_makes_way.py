"""The database's own vacuum of a table makes way for a migration, as for all who wait for long enough."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
import pytest_django
from django.core.management import call_command

from project.management.commands import migrate
from project.stack.embedded import postgres
from project.stack.embedded.child import wait_until
from project.stack.embedded.postgres import EmbeddedPostgres
from tests.support.database import connected_to

COMES_AT_ONCE = {"autovacuum_naptime": "1s", "fsync": "off"}
SLOWLY = """
    ALTER TABLE django_content_type SET (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1)
"""
FULL_OF_OLD_VERSIONS = """
    INSERT INTO django_content_type (app_label, model, name) SELECT 'orders', n, '' FROM generate_series(1, 200) AS n;
    DO $$ BEGIN FOR _ IN 1..100 LOOP UPDATE django_content_type SET name = name; END LOOP; END $$
"""
AT_WORK = """
    SELECT pid FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM% public.django_content_type'
"""
WITHIN_S = 60
GIVES_UP_AFTER_S = 30.0


@pytest.fixture
def own_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[str]:
    for name, value in COMES_AT_ONCE.items():
        monkeypatch.setitem(postgres.SETTINGS, name, value)
    with (
        EmbeddedPostgres(tmp_path / "database") as server,
        django_db_blocker.unblock(),
        connected_to(server.url),
    ):
        yield server.url


def test_a_migration_ends_the_databases_own_vacuum_of_its_table(
    own_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would work for far longer than a migration tries: four delays for each of some two hundred pages."""
    monkeypatch.setattr(migrate, "PAUSES_S", (0.1, 0.1))
    monkeypatch.setattr(migrate, "GIVES_UP_AFTER_S", GIVES_UP_AFTER_S)
    call_command("migrate", "contenttypes", "0001", verbosity=0)
    with psycopg.connect(own_server, autocommit=True) as somebody:
        somebody.execute(SLOWLY)
        somebody.execute(FULL_OF_OLD_VERSIONS)
        assert wait_until(lambda: somebody.execute(AT_WORK).rowcount > 0, seconds=WITHIN_S)
    said = StringIO()
    call_command("migrate", "contenttypes", "0002", stdout=said, no_color=True)
    assert "of the database, which vacuums; trying again" in said.getvalue()

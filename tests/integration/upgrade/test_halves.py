"""A migration is there with its row in the list of what was applied, or neither is."""

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError
from pytest_django.fixtures import Settings

LAST = ("orders", "0008_gifts")
BEFORE_IT = ("orders", "0007_gifts")
_REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the connection is gone'; END $$;
    CREATE TRIGGER refuse BEFORE {verb} ON django_migrations FOR EACH ROW
    WHEN ({row}.name = '0008_gifts') EXECUTE FUNCTION refuse()
"""
_LET = "DROP FUNCTION refuse CASCADE"
_IS_THERE = """
    SELECT to_regclass('orders_gift') IS NOT NULL,
        EXISTS (SELECT FROM django_migrations WHERE app = 'orders' AND name = '0008_gifts')
"""


@pytest.fixture(autouse=True)
def _next_release(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {"orders": "tests.support.upgrade.migrations"}


@pytest.mark.parametrize(
    ("verb", "row", "start", "end"), [("INSERT", "NEW", BEFORE_IT, LAST), ("DELETE", "OLD", LAST, BEFORE_IT)]
)
def test_what_is_not_recorded_is_undone_and_done_by_the_next_one(
    own_database: str, verb: str, row: str, start: tuple[str, str], end: tuple[str, str]
) -> None:
    call_command("migrate", *start, verbosity=0)
    with psycopg.connect(own_database, autocommit=True) as somebody:
        somebody.execute(_REFUSE.format(verb=verb, row=row).encode())
        with pytest.raises(DatabaseError, match="the connection is gone"):
            call_command("migrate", *end, verbosity=0)
        assert somebody.execute(_IS_THERE).fetchone() == (start == LAST,) * 2
        somebody.execute(_LET)
        call_command("migrate", *end, verbosity=0)
        assert somebody.execute(_IS_THERE).fetchone() == (end == LAST,) * 2

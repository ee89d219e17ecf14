"""Migrations go back, the last ones or all, and forward again: what is there then is what was there before."""

from django.core.management import call_command

from base.sql.sets import cursor
from tests.support.shop.shop import open_shop
from tests.support.upgrade.dump import schema

APPS = ("workers", "project", "orders", "inventory")
OURS = """
    SELECT name FROM (
        SELECT relname FROM pg_class UNION ALL SELECT proname FROM pg_proc UNION ALL SELECT typname FROM pg_type
        UNION ALL SELECT conname FROM pg_constraint UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
    ) AS made (name) WHERE name ~ '^(inventory|orders|ringup)_'
"""


def migrate(*to: str) -> None:
    call_command("migrate", *to, verbosity=0)


def made() -> set[str]:
    return {name for (name,) in cursor().execute(OURS.encode())}


def epochs() -> list[int]:
    asked = (f"SELECT count(*) FROM orders_{name}epoch" for name in ("feed", "invoice"))
    return [count for one in asked for (count,) in cursor().execute(one.encode())]


def test_the_guards_go_alone_and_come_back(own_database: str) -> None:
    before = schema(own_database)
    migrate("inventory", "0002")
    assert "CREATE TRIGGER" not in schema(own_database)
    migrate()
    assert schema(own_database) == before
    assert epochs() == [1, 1]


def test_all_of_ours_goes_and_comes_back(own_database: str) -> None:
    before = schema(own_database)
    open_shop().sale()
    for app in APPS:
        migrate(app, "zero")
    assert made() == set()
    migrate()
    assert schema(own_database) == before
    assert epochs() == [1, 1]

"""Every migration after the first release is one that tills can sell beside, and older workers work beside.

A table is changed in steps that are: what is new beside what is old, and what is old goes a release later.
"""

import pytest
from django.db.migrations import Migration
from pytest_django.fixtures import Settings

from tests.support.upgrade.online import found_in, later, loader_of_this_database, read

EXCEPTIONS: dict[tuple[str, str, str], str] = {}
"""(app, migration, rule of squawk) -> why it does no harm there, as: the table is new and nobody writes to it yet."""

ORDER = 'ALTER TABLE "orders_order"'
UNSAFE = {
    'CREATE INDEX "a" ON "orders_order" ("store_id")': "require-concurrent-index-creation",
    'CREATE UNIQUE INDEX "a" ON "orders_order" ("store_id")': "require-concurrent-index-creation",
    'DROP INDEX "a"': "require-concurrent-index-deletion",
    f'{ORDER} ADD COLUMN "a" text NOT NULL': "adding-required-field",
    f'{ORDER} ADD COLUMN "a" uuid DEFAULT gen_random_uuid() NOT NULL': "adding-field-with-default",
    f'{ORDER} ALTER COLUMN "reference" SET NOT NULL': "adding-not-nullable-field",
    f'{ORDER} RENAME COLUMN "a" TO "b"': "renaming-column",
    f'{ORDER} RENAME TO "b"': "renaming-table",
    f'{ORDER} DROP COLUMN "a" CASCADE': "ban-drop-column",
    'DROP TABLE "a" CASCADE': "ban-drop-table",
    f'{ORDER} ALTER COLUMN "a" TYPE text USING "a"::text': "changing-column-type",
    f"{ORDER} ADD CONSTRAINT \"a\" CHECK (reference > '')": "constraint-missing-not-valid",
    f'{ORDER} ADD CONSTRAINT "a" UNIQUE ("reference")': "disallowed-unique-constraint",
    f'{ORDER} ADD COLUMN "a" bigint NULL CONSTRAINT "b" REFERENCES "inventory_store" ("id")': (
        "adding-foreign-key-constraint"
    ),
}


@pytest.mark.usefixtures("own_database")
def test_every_migration_is_safe_beside_tills_that_sell() -> None:
    loader = loader_of_this_database()
    found = {(one.app_label, one.name, rule): why for one in later(loader) for rule, why in found_in(one, loader)}
    assert {key: why for key, why in found.items() if key not in EXCEPTIONS} == {}
    assert EXCEPTIONS.keys() - found.keys() == set(), "exceptions that nothing needs any more"


@pytest.mark.usefixtures("own_database")
def test_what_a_next_release_may_do_is_let_pass(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {"orders": "tests.support.upgrade.migrations"}
    loader = loader_of_this_database()
    migrations = list(later(loader))
    assert [one.name for one in migrations] == ["0005_gift_note", "0006_gift_note_fits", "0007_gifts", "0008_gifts"]
    assert [found_in(one, loader) for one in migrations] == [[], [], [], []]


@pytest.mark.usefixtures("own_database")
def test_what_takes_its_time_stands_alone(settings: Settings) -> None:
    settings.MIGRATION_MODULES = {"orders": "tests.support.upgrade.migrations"}
    loader = loader_of_this_database()
    validation, index = list(later(loader))[1:3]
    operations = [*validation.operations, *index.operations]
    both = type("Migration", (Migration,), {"atomic": False, "operations": operations})("0006_gift_note_fits", "orders")
    assert [rule for rule, _ in found_in(both, loader)] == ["one-operation"]


@pytest.mark.parametrize(("statement", "rule"), UNSAFE.items(), ids=list(UNSAFE.values()))
def test_what_is_not_safe_is_refused_with_a_reason(statement: str, rule: str) -> None:
    found = dict(read(f"{statement};", in_transaction=True))
    assert len(found[rule]) > 30


def test_a_default_that_is_the_same_for_all_is_safe() -> None:
    assert read(f"{ORDER} ADD COLUMN \"a\" text DEFAULT '' NOT NULL;", in_transaction=True) == []

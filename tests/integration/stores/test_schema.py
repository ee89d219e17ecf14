"""Stores are independent in the schema: rows know their store, what is unique is so within one, and nothing points out
of it. Whatever is not so stands here with its reason."""

from typing import LiteralString

import pytest
from django.apps import apps
from django.db import models

from base.sql.sets import cursor
from inventory.models import Store
from orders.moving.db.tables import TABLES
from tests.support.samples.a_row_of_each import shop_with_a_row_of_each
from tests.support.shop.shop import open_shop

pytestmark = pytest.mark.django_db

OF_THE_HOUSE = {
    "orders_auditfinding": "what breaks a law, in whichever store",
    "orders_auditlook": "how far the audit came",
    "orders_auditround": "how far the audit came",
    "orders_feedepoch": "how this database counts transactions",
    "orders_invoiceepoch": "whether this database was restored",
    "ringup_lead": "which beat sends just now",
    "ringup_note": "notes of processes, which last minutes",
}
OF_OTHERS = ("django_", "auth_")
THROUGH = {
    "inventory_store": "id",
    "orders_terminalkey": "(SELECT store_id FROM orders_terminal WHERE id = terminal_id)",
}
"""Tables that know their store otherwise than by a store of their own."""

UNIQUE = {
    "inventory_store_code_key": "the house calls its stores by it",
    "orders_terminal_code_hash_key": "of 40 random bits: who enrols names nobody",
    "orders_terminalkey_key_hash_key": "of 256 random bits: who calls names nobody",
}
RELATIONS_SEEN_MIN = 25
POINTING_OUT = {
    ("inventory_store_users", "auth_user"): "people may be let on many stores",
}


def tables() -> dict[str, str]:
    """Table -> how its rows know their store, in SQL."""
    with_store = (
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'store_id' AND is_nullable = 'NO'"
    )
    return {name: "store_id" for (name,) in cursor().execute(with_store)} | THROUGH


def test_each_table_knows_its_store() -> None:
    asked = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    names = {name for (name,) in cursor().execute(asked) if not name.startswith(OF_OTHERS)}
    assert names - set(tables()) == set(OF_THE_HOUSE)


def test_all_that_a_store_has_goes_along_when_it_moves() -> None:
    """People are let on anew."""
    assert {one.name: one.store for one in TABLES} == {
        name: store for name, store in tables().items() if name != "inventory_store_users"
    }


def test_what_is_unique_is_so_within_a_store() -> None:
    """Or is an id: a UUID, which is made nowhere else, or a bigint of this database alone, which no other one knows."""
    asked: LiteralString = """
        SELECT key.relname, of.relname, indisprimary, array(
            SELECT attname || ' ' || format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = indrelid AND attnum = ANY(indkey)
        )
        FROM pg_index JOIN pg_class AS key ON key.oid = indexrelid JOIN pg_class AS of ON of.oid = indrelid
        WHERE indisunique AND of.relkind = 'r' AND of.relnamespace = 'public'::regnamespace
    """
    of_stores = tables()
    parents = {(one.table, one.column) for one in relations()}
    wide = set()
    for key, table, is_primary, columns in cursor().execute(asked):
        named = {column.partition(" ")[0] for column in columns}
        within = "store_id" in named or any((table, column) in parents for column in named)
        is_id = (is_primary and named == {"id"}) or any(column.endswith(" uuid") for column in columns)
        if table in of_stores and not within and not is_id:
            wide.add(key)
    assert wide == set(UNIQUE)


class Relation:
    def __init__(self, field: "models.ForeignKey[models.Model, models.Model]") -> None:
        self.table, self.column = field.model._meta.db_table, field.column
        self.to, self.key = field.related_model._meta.db_table, field.target_field.column

    def asked(self, of_stores: dict[str, str]) -> str:
        """How many there are, and how many point into another store."""
        own = f"SELECT {self.column} AS key, {of_stores[self.table]} AS store FROM {self.table}"
        others = f"SELECT {self.key} AS key, {of_stores[self.to]} AS store FROM {self.to}"
        return f"""
            SELECT count(*), count(*) FILTER (WHERE own.store <> others.store)
            FROM ({own}) AS own JOIN ({others}) AS others USING (key)
        """


def relations() -> list[Relation]:
    """Those that the database checks, and those that it does not."""
    fields = [field for model in apps.get_models(include_auto_created=True) for field in model._meta.get_fields()]
    found = [Relation(field) for field in fields if isinstance(field, models.ForeignKey)]
    return [one for one in found if one.table in tables()]


def test_what_a_row_points_to_is_of_its_store() -> None:
    of_stores = tables()
    out = {(one.table, one.to) for one in relations() if one.to not in of_stores}
    assert out == set(POINTING_OUT)
    shop_with_a_row_of_each()
    open_shop("second").sale()
    within = [one for one in relations() if one.to in of_stores and one.to != Store._meta.db_table]
    counted = {(one.table, one.column): cursor().execute(one.asked(of_stores).encode()).fetchone() for one in within}
    assert {name: row for name, row in counted.items() if not row or row[1]} == {}
    assert len([row for row in counted.values() if row and row[0]]) > RELATIONS_SEEN_MIN


def test_the_database_checks_no_relation_that_the_models_do_not_know() -> None:
    """But for those that have the store in them."""
    asked: LiteralString = """
        SELECT conrelid::regclass::text, attname, confrelid::regclass::text FROM pg_constraint
        JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey)
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey) AND attname = 'store_id'
                AND cardinality(conkey) > 1
        )
    """
    known = {(one.table, one.column, one.to) for one in relations()}
    checked = {row for row in cursor().execute(asked) if not row[0].startswith(OF_OTHERS)}
    assert checked - known == set()

"""The role of the processes reads and writes rows, and can do nothing to the rules of the books."""

import threading

import psycopg
import pytest
import pytest_django
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from orders.feed.db.horizon import horizon
from orders.invoicing.db import restored
from project.addresses import changed
from project.upgrade.grants import CannotGrant, grant
from tests.support.database import connected_to
from tests.support.network.threads import PATIENCE_S, begin
from tests.support.upgrade.rights import ROLE, rights, sorted_rights, take_all

GUARDED = "orders_payment", "orders_statuschange", "inventory_stockmovement", "orders_journalentry", "orders_order"
REFUSED = [
    "DROP TABLE orders_payment",
    "ALTER TABLE orders_payment DISABLE TRIGGER payment_append_only",
    "DROP TRIGGER payment_append_only ON orders_payment",
    "CREATE OR REPLACE FUNCTION ringup_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "UPDATE orders_closing SET hash = ''",
    "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '0009', now())",
    "CREATE TABLE mine (id integer)",
    "CREATE SCHEMA mine",
    "SELECT rolpassword FROM pg_authid",
    "SELECT pg_read_file('PG_VERSION')",
    "COPY orders_payment TO PROGRAM 'true'",
    "ALTER SYSTEM SET fsync = off",
    "SELECT setval('orders_command_seq', 1)",
    *(f"TRUNCATE {table}" for table in (*GUARDED, "inventory_hold", "django_session", "ringup_note")),
    *(f"DELETE FROM {table}" for table in GUARDED),
]
MAY_BE_DELETED = {
    *("auth_group", "auth_group_permissions", "auth_user", "auth_user_groups", "auth_user_user_permissions"),
    *("django_admin_log", "django_session"),
}


@pytest.mark.parametrize("statement", REFUSED)
def test_the_rules_of_the_books_are_not_the_processes_to_change(statement: str, application: str) -> None:
    with psycopg.connect(application, autocommit=True) as process, pytest.raises(InsufficientPrivilege):
        process.execute(statement.encode())


def test_rows_are_deleted_where_no_guard_keeps_them(application: str) -> None:
    may = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND "
    with psycopg.connect(application) as process:
        lost = {name for (name,) in process.execute(f"{may} has_table_privilege(oid, 'DELETE')".encode())}
        unread = process.execute(f"{may} NOT has_table_privilege(oid, 'SELECT')".encode()).fetchall()
    assert {name for name in lost if name.startswith(("auth_", "django_ad", "django_se"))} == MAY_BE_DELETED
    assert lost & {*GUARDED, "orders_invoicenumber", "orders_closing", "inventory_product"} == set()
    assert {"inventory_hold", "orders_orderline", "orders_terminalkey", "ringup_note"} <= lost
    assert unread == []


def test_what_was_granted_besides_is_taken_away(application: str, owner_url: str) -> None:
    before = rights(owner_url)
    with psycopg.connect(owner_url) as owner:
        owner.execute(sql.SQL("GRANT TRUNCATE, DELETE ON orders_payment TO {}").format(sql.Identifier(ROLE)))
    grant(owner_url, to=application)
    assert rights(owner_url) == before


def test_a_store_that_leaves_costs_no_rights_in_the_others(application: str, owner_url: str) -> None:
    before = rights(owner_url)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("""
            CREATE TRIGGER leaves BEFORE UPDATE OR DELETE ON inventory_hold FOR EACH ROW
            EXECUTE FUNCTION ringup_keep_what_leaves('1')
        """)
        grant(owner_url, to=application)
        owner.execute("DROP TRIGGER leaves ON inventory_hold")
    assert rights(owner_url) == before


def test_no_process_says_that_a_store_is_moved(application: str, owner_url: str) -> None:
    for url, moves in ((owner_url, True), (application, False)):
        with psycopg.connect(url) as one:
            one.execute("SELECT set_config('ringup.moves', 'on', true)")
            assert one.execute("SELECT ringup_moves()").fetchone() == (moves,)


def test_two_that_grant_at_once_are_not_in_each_others_way(application: str, owner_url: str) -> None:
    """Two hosts that migrate, each with rights to give."""
    before = sorted_rights(owner_url)
    take_all(owner_url)
    both = threading.Barrier(2)

    def one() -> None:
        both.wait(PATIENCE_S)
        grant(owner_url, to=application)

    for each in [begin(one), begin(one)]:
        each.result(PATIENCE_S)
    assert sorted_rights(owner_url) == before


def test_the_owner_itself_is_granted_nothing(owner_url: str) -> None:
    before = rights(owner_url)
    grant(owner_url, to=changed(owner_url, connect_timeout=3))
    assert rights(owner_url) == before


@pytest.mark.parametrize(("user", "said"), [("nobody_there", "nobody_there cannot be granted"), ("", "must name its")])
def test_who_cannot_be_granted_anything_is_said_in_one_line(user: str, said: str, owner_url: str) -> None:
    with pytest.raises(CannotGrant, match=said) as refused:
        grant(owner_url, to=f"postgresql://{user}@db/ringup" if user else "postgresql://db/ringup")
    assert "\n" not in str(refused.value)


def test_after_a_restore_the_processes_set_numbers_aside_and_count_on(
    application: str, owner_url: str, django_db_blocker: pytest_django.DjangoDbBlocker
) -> None:
    """The feed counts transactions by a function that is the owner's."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("UPDATE orders_feedepoch SET made_in = made_in + 1")
        owner.execute("UPDATE orders_invoiceepoch SET made_in = made_in + 1")
        (epoch,) = owner.execute("SELECT id FROM orders_feedepoch").fetchone() or [None]
    with django_db_blocker.unblock(), connected_to(application):
        assert restored.notice(now=horizon().now)
        assert horizon().epoch != epoch
    with psycopg.connect(application) as process:
        assert process.execute("SELECT ringup_xid_base()").fetchone() == (1,)
        process.execute("SELECT ringup_count_from(-5)")
        assert process.execute("SELECT ringup_xid_base()").fetchone() == (1,)

"""A role that is none of the owner's, and what it may do."""

import secrets

import psycopg
from psycopg import sql

ROLE = f"clerk_{secrets.token_hex(4)}"


def rights(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url) as owner:
        found = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
        return owner.execute(found.encode()).fetchall()


def take_all(owner_url: str, *, of: str = "ALL TABLES IN SCHEMA public") -> None:
    with psycopg.connect(owner_url) as owner:
        owner.execute(sql.SQL(f"REVOKE ALL ON {of} FROM {{}}").format(sql.Identifier(ROLE)))


def sorted_rights(url: str) -> dict[str, list[str]]:
    """In whatever order they were given."""
    return {table: sorted(acl[1:-1].split(",")) for table, acl in rights(url) if acl}

"""A person who is to be forgotten, and where in the whole database a name stands."""

import io
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection


def forget(who: str) -> str:
    """What the command says."""
    told = io.StringIO()
    call_command("forget_customer", who, stdout=told)
    return told.getvalue()


def where_it_stands(name: str) -> Iterator[str]:
    """The tables with a row that has it anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS read WHERE read::text ILIKE %s', [f"%{name}%"])
            if cursor.fetchone() != (0,):
                yield table

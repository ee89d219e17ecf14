"""A database as a shop has it after a million sales or so many as are asked for: a million in less than a minute."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg

from benchmarks.grown.drawers import CLOSINGS
from benchmarks.grown.money import MONEY
from benchmarks.grown.rows import LIVES, SALES, Rows
from benchmarks.grown.shop import SHOP
from benchmarks.grown.stock import LEVELS, NUMBERS, PER_STORE, STOCK
from project.stack.servers import passing_database

# The longest first.
BIG = sorted(
    (*SALES, *MONEY, *STOCK, *NUMBERS), key=lambda rows: rows.table not in ("orders_command", "orders_journalentry")
)

# What a column must hold that nobody has named.
_EMPTY = {"boolean": "false", "jsonb": "'{}'::jsonb", "bytea": "'\\x'::bytea", "timestamp with time zone": "now()"}
_EMPTY |= {"character varying": "''", "text": "''", "bigint": "0", "integer": "0", "smallint": "0", "date": "now()"}

_UNNAMED = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
        AND is_generated = 'NEVER'
"""
# Rows are right as they are made; their guards would look at each of a million.
_SESSION = """
    SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB';
    SET maintenance_work_mem = '512MB'; SET jit = off; SET statement_timeout = 0
"""
# An index is built at once in a tenth of the time that it takes a row at a time.
_INDEXES_LATER = "UPDATE pg_index SET indisready = false WHERE indrelid = %s::regclass"
_SEQUENCES = """
    SELECT pg_get_serial_sequence(quote_ident(table_name), column_name), table_name, column_name
    FROM information_schema.columns WHERE table_name = ANY(%s) AND is_identity = 'YES'
    UNION ALL VALUES ('orders_order_number_seq', 'orders_order', 'number'),
        ('orders_command_seq', 'orders_command', 'seq'), ('orders_entry_seq', 'orders_journalentry', 'seq')
"""


def fill(url: str, *, orders: int) -> None:
    """Of a migrated, empty database. It takes a superuser."""
    with _connected(url) as connection:
        for rows in SHOP:
            _insert(connection, rows, orders)
        connection.execute(counting(LIVES, orders))
        for rows in (*PER_STORE, *CLOSINGS):
            _insert(connection, rows, orders)
    tables = {rows.table: [one for one in BIG if one.table == rows.table] for rows in BIG}
    # One for each of two cores.
    with ThreadPoolExecutor(max_workers=2) as side_by_side:
        list(side_by_side.map(lambda table: _fill_table(url, table, tables[table], orders), tables))
    with _connected(url) as connection:
        connection.execute(LEVELS.encode())
        connection.execute(b"DROP TABLE grown")
        every = sorted({rows.table for rows in (*SHOP, *PER_STORE, *CLOSINGS, *BIG)})
        for sequence, table, column in connection.execute(_SEQUENCES, (every,)).fetchall():
            connection.execute(f"SELECT setval('{sequence}', (SELECT max({column}) FROM {table}))".encode())
        # Only now: beside somebody who still writes, rows that are newer than his would not be marked as visible to
        # all, and what an index answers alone would be looked up in the table as well.
        connection.execute(f"VACUUM (ANALYZE) {', '.join(every)}".encode())


def counting(sql: str, orders: int) -> bytes:
    """A statement about that many orders: it has them as `:orders`."""
    return sql.replace(":orders", str(orders)).encode()


def _connected(url: str) -> psycopg.Connection:
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(_SESSION.encode())
    return connection


def _fill_table(url: str, table: str, sets: Sequence[Rows], orders: int) -> None:
    with _connected(url) as connection:
        connection.execute(_INDEXES_LATER, (table,))
        for rows in sets:
            _insert(connection, rows, orders)
        connection.execute(f"REINDEX TABLE {table}".encode())


def _insert(connection: psycopg.Connection, rows: Rows, orders: int) -> None:
    must = {
        name: _EMPTY[kind] for name, kind in connection.execute(_UNNAMED, (rows.table,)) if name not in rows.columns
    }
    columns = {**rows.columns, **must}
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    connection.execute(counting(f"INSERT INTO {rows.table} ({names}) SELECT {values} FROM {rows.source}", orders))


@contextmanager
def grown(server_url: str, *, template: str, orders: int) -> Iterator[str]:
    """The URL of a grown database; `template`: a migrated, empty one. It can be a template itself."""
    with passing_database(server_url, template=template) as url:
        fill(url, orders=orders)
        yield url

"""What of a next release is in a database."""

from django.db.backends.base.base import BaseDatabaseWrapper

_APPLIED = """
SELECT attname FROM pg_attribute WHERE attrelid = 'orders_order'::regclass AND attnum > 0
UNION ALL
SELECT conname || CASE WHEN convalidated THEN ', valid' ELSE '' END FROM pg_constraint
WHERE conrelid = 'orders_order'::regclass
UNION ALL
SELECT indexrelid::regclass || CASE WHEN indisvalid THEN ', valid' ELSE '' END FROM pg_index
WHERE indrelid = 'orders_order'::regclass
"""


def applied(connection: BaseDatabaseWrapper) -> set[str]:
    """Columns, constraints and indexes of `orders_order`, with whether they hold."""
    with connection.cursor() as cursor:
        cursor.execute(_APPLIED)
        return {name for (name,) in cursor.fetchall()}

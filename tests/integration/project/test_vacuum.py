"""What sales leave behind at the head of a queue is vacuumed away, however long the history behind it is: by default
that would be a fifth of the table."""

from base.sql.sets import cursor

_SET = """
    SELECT relname FROM pg_class
    WHERE reloptions @> ARRAY['autovacuum_vacuum_scale_factor=0', 'autovacuum_vacuum_threshold=20000']
    ORDER BY relname
"""


def test_queues_are_vacuumed_by_what_went_through_them(own_database: str) -> None:
    tables = [name for (name,) in cursor().execute(_SET)]
    assert tables == ["orders_command", "orders_invoicenumber", "orders_journalentry"]

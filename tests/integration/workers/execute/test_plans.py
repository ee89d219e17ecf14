"""A batch's statements find their rows by key, also where the tables have grown since they were planned."""

from collections.abc import Iterator

from django.db import connection

from base.sql.sets import cursor
from tests.support.database import connected_to
from tests.support.grown.plans import Went, nodes, watched
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop, states

FEW = 40
"""Commands that the planner knows of: all of them are read sooner than a key is looked up, as it seems."""
GROWING = {"orders_command", "orders_order", "orders_orderline", "orders_journalentry", "orders_invoicenumber"}
"""With every sale. The few rows of the others are read as a whole rightly."""


def sell(shop: Shop, count: int) -> None:
    sold = [shop.sale(("TEA-80", 1), ("POSTAGE", 1)) for _ in range(count)]
    execute([order_id for order_id, _ in sold])
    assert set(states([command_id for _, command_id in sold])) == {"applied"}


def read_through(went: list[Went]) -> Iterator[str]:
    """What reads all commands or all that hangs on orders, by the primary key: the text's beginning, and the table."""
    for one in went:
        for node in nodes(one.plan):
            is_whole = node.get("Index Name", "").endswith("_pkey") and "Index Cond" not in node
            if is_whole and node["Relation Name"] in GROWING:
                yield f"{' '.join(one.text.split())[:60]}: {node['Relation Name']}"


def test_a_batch_reads_by_key_although_the_planner_knows_of_few_rows(own_database: str) -> None:
    shop = open_shop(shelf={"TEA-80": 1_000}, numbers=500)
    sell(shop, FEW)
    with connected_to(own_database):
        cursor().execute("ANALYZE")
        with watched() as went:
            sell(shop, 1)
            sell(shop, 10)
        connection.close()
    assert [one for one in went if "orders_command" in one.text]
    assert list(read_through(went)) == []

"""Nothing that the feed shows can change untold: every column that its values are read from either never changes, or
tells of its change by a trigger, or is written by the statement that writes the order's history with it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from base.sql.sets import cursor
from inventory.db.taxes import edit_tax
from orders.feed.api.told import told
from orders.feed.db.changes import FIRST, Kind, changes
from project.env import PROJECT_FOLDER
from tests.support.grown.plans import watched
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop, open_shop

SAVE = "orders/journal/db/save.py"
BY_HISTORY = {
    "orders_order": {
        "awaits_until",
        "business_day",
        "invoice_pending",
        "paid_at",
        "paid_minor",
        "payment_status",
        "refunded_minor",
        "rounding_minor",
        "status",
    },
    "orders_orderline": {"backordered_quantity", "cancelled_quantity", "returned_quantity", "shipped_quantity"},
    "inventory_hold": {"expires_at", "quantity"},
    # Who has a number is told by whoever says that it follows no more.
    "orders_invoicenumber": {"credit_note_id", "order_id"},
}
"""Columns of what a batch saves, each with a line of history for its order."""

WRITERS = {
    "inventory_hold": {SAVE},
    "orders_creditnote": {SAVE, "orders/invoicing/db/late_sales.py"},
    "orders_orderline": {SAVE, "orders/sales/db/create.py"},
    "orders_payment": {SAVE},
}
"""Whoever writes these has to write the history as well, or the order."""

TOLD_WITH = {"orders/invoicing/db/late_sales.py": {"invoice_pending"}, "orders/sales/db/archive.py": {"restored_at"}}
"""Columns of orders that are set beside told ones: what follows is told by another trigger, the other is not shown."""

_READ = """
    SELECT DISTINCT used.table_name, coalesce(base.column_name, used.column_name)
    FROM information_schema.view_column_usage AS used
    LEFT JOIN information_schema.column_column_usage AS base
        ON base.table_name = used.table_name AND base.dependent_column = used.column_name
    WHERE used.view_name LIKE 'shown_%'
"""

_TRIGGERS = r"""
    SELECT tgrelid::regclass::text, proname, tgqual IS NOT NULL, encode(tgargs, 'escape'),
        ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = tgrelid AND attnum = ANY(tgattr))
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE proname LIKE 'ringup_%' AND tgtype & 17 = 17
"""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One that runs for each row that is updated; `columns`: if it names them."""

    table: str
    function: str
    is_conditional: bool
    arguments: str
    columns: list[str]

    def tells(self, column: str) -> bool:
        by_name = column in self.columns or not (self.columns or self.is_conditional)
        return self.function in ("ringup_tell_change", "ringup_tell_tax") and by_name

    def freezes(self, column: str) -> bool:
        if self.function == "ringup_refuse_change_beside":
            return column not in self.arguments.split(r"\000")
        by_name = column in self.columns or not (self.columns or self.is_conditional)
        return self.function == "ringup_refuse_change" and by_name


@pytest.fixture
def shop(db: None) -> Shop:
    """With one of each thing."""
    shop = open_shop()
    edit_tax(shop.store_id, "standard", {"name": "VAT", "rate": "20"})
    order_id, _ = shop.sale(("TEA-80", 1))
    execute([order_id])
    return shop


def shown(shop: Shop) -> set[tuple[str, str]]:
    """All columns that the values come from."""
    found = changes(shop.store_id, after=FIRST, before=2**62, limit=200)
    assert {change.kind for change in found} == set(Kind)
    with watched() as went:
        told(shop.store_id, found)
    for number, text in enumerate({one.text for one in went}):
        some = re.sub(r"= ANY\(\$\d+\)|= \$\d+", "IS NOT NULL", text)
        query = re.sub(r"\$\d+", "now()", some)
        cursor().execute(f"CREATE TEMP VIEW shown_{number} AS SELECT 1 AS one FROM ({query}) AS given".encode())
    return set(cursor().execute(_READ).fetchall())


def forgotten() -> set[str]:
    """What a guard lets go where a person is forgotten."""
    row = cursor().execute("SELECT prosrc FROM pg_proc WHERE proname = 'ringup_only_forgets'").fetchone()
    assert row
    return set(re.findall(r"'(\w+)'", row[0].split("BEGIN")[0]))


def triggers() -> list[Trigger]:
    return [Trigger(*row) for row in cursor().execute(_TRIGGERS)]


def test_every_column_that_is_shown_tells_of_its_change(shop: Shop) -> None:
    columns = shown(shop)
    assert len({table for table, _ in columns}) > 15
    made, let_go = triggers(), forgotten()

    def is_safe(table: str, column: str) -> bool:
        of_table = [one for one in made if one.table == table]
        is_frozen = column not in let_go and any(one.freezes(column) for one in of_table)
        return is_frozen or any(one.tells(column) for one in of_table)

    untold = {(table, column) for table, column in columns if not is_safe(table, column)}
    assert untold == {(table, column) for table, names in BY_HISTORY.items() for column in names}


def sources() -> Iterator[tuple[str, str]]:
    for room in ("base", "inventory", "orders", "project", "workers"):
        for path in Path(PROJECT_FOLDER, room).rglob("*.py"):
            if "migrations" not in path.parts:
                yield str(path.relative_to(PROJECT_FOLDER)), path.read_text()


@pytest.mark.parametrize("table", WRITERS)
def test_what_is_told_by_history_is_written_with_it(table: str) -> None:
    written = re.compile(rf"(UPDATE|INSERT INTO|DELETE FROM) {table}\b")
    assert {path for path, text in sources() if written.search(text)} == WRITERS[table]


@pytest.mark.django_db
def test_what_changes_of_an_order_beside_its_history_is_told() -> None:
    made = [one for one in triggers() if one.table == "orders_order"]
    found = []
    for path, text in sources():
        for statement in re.findall(
            r'UPDATE orders_order(?: AS "order")? SET\b(.*?)\b(?:WHERE|FROM)\b', text, re.DOTALL
        ):
            names = set(re.findall(r"(\w+) = ", statement))
            found.append(path)
            told_of = {name for name in names if any(one.tells(name) for one in made)}
            assert path == SAVE or names == told_of | TOLD_WITH.get(path, set()) & names, (path, names - told_of)
    assert len(found) >= 6

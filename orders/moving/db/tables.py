"""What a store has, table by table, and how its rows are told from those of others."""

from dataclasses import dataclass
from functools import cached_property

from base.sql.sets import cursor

_COLUMNS = """
    SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""

STAYS = frozenset({"leaving_at", "left_at", "leaving_word"})
"""Of the store's own row: whether it leaves is the stack's that it leaves."""

RENUMBERED = "changed_in"
"""By the transactions of the database that a row is in."""


@dataclass(frozen=True)
class Table:
    """`store`: what is the store's id, in SQL. `key`: whose number goes on above those that arrive, and by which
    sequence, if there is one. `order`: in which rows are taken and put."""

    name: str
    store: str = "store_id"
    key: str = "id"
    sequence: str | None = None
    order: str = "1"

    @property
    def of_store(self) -> str:
        return f"{self.store} = %(store_id)s"

    @cached_property
    def columns(self) -> tuple[str, ...]:
        row = cursor().execute(_COLUMNS, (self.name,)).fetchone()
        assert row
        return tuple(one for one in row[0] if one not in STAYS)

    @property
    def sums(self) -> str:
        """How many rows it has of the store, and what they come to: the same wherever they are."""
        told = ", ".join(f'"{one}"' for one in self.columns if one != RENUMBERED)
        row = f"hashtextextended(ROW({told})::text, 0)::numeric"
        return f"SELECT count(*), coalesce(sum({row}), 0)::text FROM {self.name} WHERE {self.of_store}"


_OF_KEYS = "(SELECT store_id FROM orders_terminal WHERE id = terminal_id)"

# As the guards let them in: rates before their taxes, which they would tell of; lines before their orders, which are
# paid; what a closing tells of before it. What they point to is looked at when all of them are here.
TABLES = (
    Table("inventory_store", store="id"),
    Table("inventory_taxrate"),
    Table("inventory_tax"),
    Table("inventory_location"),
    Table("inventory_product"),
    Table("inventory_stocklevel"),
    Table("inventory_hold"),
    Table("inventory_stockmovement"),
    Table("inventory_lowstock"),
    Table("inventory_shortfall"),
    Table("orders_terminal"),
    Table("orders_terminalkey", store=_OF_KEYS),
    Table("orders_drawer"),
    Table("orders_drawermovement"),
    Table("orders_closing", order="terminal_id, number"),
    Table("orders_orderline"),
    Table("orders_order", key="number", sequence="orders_order_number_seq"),
    Table("orders_statuschange"),
    Table("orders_command", key="seq", sequence="orders_command_seq"),
    Table("orders_authorization"),
    Table("orders_payment"),
    Table("orders_paymentinstruction"),
    Table("orders_account"),
    Table("orders_journalentry", key="seq", sequence="orders_entry_seq"),
    Table("orders_invoicerefill"),
    Table("orders_invoicepool"),
    Table("orders_invoicecounter"),
    Table("orders_creditnote"),
    Table("orders_invoicenumber"),
    Table("orders_voidnotice"),
    Table("orders_repair"),
)

NUMBERED_BY_PEOPLE = "orders_order_number_seq"
"""People say these numbers: they have no gaps between cells. Within a store they are unique all the same."""

"""The law that rows which belong together are of one store: one pair of tables after the other."""

from collections.abc import Iterable

LAW = "rows that belong together are of one store"

# (table, its column, the table that the column names): both know their store.
OF_MOVED = (
    ("inventory_stocklevel", "product_id", "inventory_product"),
    ("inventory_stocklevel", "location_id", "inventory_location"),
    ("inventory_stockmovement", "level_id", "inventory_stocklevel"),
    ("inventory_stockmovement", "location_id", "inventory_location"),
    ("inventory_hold", "level_id", "inventory_stocklevel"),
)
OF_LEVELS = (
    *OF_MOVED,
    ("inventory_lowstock", "level_id", "inventory_stocklevel"),
    ("inventory_shortfall", "level_id", "inventory_stocklevel"),
)
OF_ORDERS = (
    ("orders_order", "terminal_id", "orders_terminal"),
    ("orders_orderline", "order_id", "orders_order"),
    ("orders_orderline", "product_id", "inventory_product"),
    ("orders_statuschange", "order_id", "orders_order"),
    ("orders_payment", "order_id", "orders_order"),
    ("orders_payment", "authorization_id", "orders_authorization"),
    ("orders_payment", "command_id", "orders_command"),
    ("orders_journalentry", "order_id", "orders_order"),
    ("orders_journalentry", "command_id", "orders_command"),
    ("orders_authorization", "order_id", "orders_order"),
    ("orders_authorization", "command_id", "orders_command"),
    ("orders_paymentinstruction", "order_id", "orders_order"),
    ("orders_paymentinstruction", "authorization_id", "orders_authorization"),
    ("orders_paymentinstruction", "command_id", "orders_command"),
    ("orders_invoicenumber", "order_id", "orders_order"),
    ("orders_invoicenumber", "credit_note_id", "orders_creditnote"),
    ("orders_creditnote", "order_id", "orders_order"),
    ("orders_creditnote", "command_id", "orders_command"),
    ("inventory_hold", "order_id", "orders_order"),
    ("inventory_stockmovement", "order_id", "orders_order"),
    ("orders_repair", "entry_id", "orders_journalentry"),
    ("orders_repair", "instruction_id", "orders_paymentinstruction"),
)
OF_COMMANDS = (
    ("orders_command", "order_id", "orders_order"),
    ("orders_command", "terminal_id", "orders_terminal"),
    ("orders_statuschange", "command_id", "orders_command"),
    ("inventory_stockmovement", "command_id", "orders_command"),
    ("orders_repair", "command_id", "orders_command"),
)
OF_POOLS = (
    ("orders_invoicenumber", "refill_id", "orders_invoicerefill"),
    ("orders_voidnotice", "number_id", "orders_invoicenumber"),
    ("orders_repair", "notice_id", "orders_voidnotice"),
    ("inventory_taxrate", "tax_id", "inventory_tax"),
)

Pair = tuple[str, str, str]


def of_one_store(pairs: Iterable[Pair], *, where: str = "true") -> dict[str, str]:
    """As one law. `where`: about the table that names another, `one`."""
    return {LAW: " UNION ALL ".join(_apart(*pair, where=where) for pair in pairs)}


def _apart(table: str, column: str, other: str, *, where: str) -> str:
    id_, others_id = _id_of(table), _id_of(other)
    return f"""
        SELECT '{table} ' || one.{id_}, format('store %s, its {other} %s is of store %s', one.store_id, one.{column},
            other.store_id), NULL
        FROM {table} AS one JOIN {other} AS other ON other.{others_id} = one.{column}
        WHERE one.store_id <> other.store_id AND {where}
    """


def _id_of(table: str) -> str:
    """A notice's own id is that of its number, a credit note's that of its command."""
    return {"orders_voidnotice": "number_id", "orders_creditnote": "command_id"}.get(table, "id")

"""The conservation laws of everything, by the rows that they are about."""

from dataclasses import replace

from base.sql.laws import Walk
from inventory.db.laws.levels import LEVELS as OF_STOCK
from inventory.db.laws.moved import MOVED as OF_MOVED
from orders.audit.db import closings as audit_closings
from orders.audit.db import commands as audit_commands
from orders.audit.db import holds as audit_holds
from orders.audit.db import live as audit_live
from orders.audit.db import money as audit_money
from orders.audit.db import online as audit_online
from orders.audit.db import orders as audit_orders
from orders.audit.db import pools as audit_pools
from orders.audit.db import stores as audit_stores
from orders.audit.db.stores import of_one_store
from orders.commands.core.machine import Fulfilment, Kind, Status, may_lead_to


def _path() -> str:
    """The status machine as a set of allowed steps, so that SQL and the core cannot differ."""
    steps = ", ".join(
        f"('{kind}', '{fulfilment}', '{status}', '{after}')"
        for kind in Kind
        for fulfilment in Fulfilment
        for status in Status
        for after in sorted(may_lead_to(kind=kind, fulfilment=fulfilment, status=status))
    )
    return f"""
        SELECT change.order_id, format('%s: %s to %s', change.kind, from_status, to_status), change.command_id
        FROM orders_statuschange AS change JOIN orders_order AS "order" ON "order".id = change.order_id
        WHERE (change.kind, "order".fulfilment, from_status, to_status) NOT IN (VALUES {steps})
    """


LEVELS = replace(OF_STOCK, laws={**OF_STOCK.laws, **audit_holds.LAWS, **of_one_store(audit_stores.OF_LEVELS)})
MOVED = replace(OF_MOVED, laws={**OF_MOVED.laws, **audit_holds.LAWS, **of_one_store(audit_stores.OF_MOVED)})

# Of what is sent for orders; commands have theirs.
_REPAIRS = " UNION ALL ".join(
    f"SELECT repair.* FROM {sent} AS sent JOIN orders_repair AS repair ON repair.{column} = sent.id"
    for sent, column in (("orders_journalentry", "entry_id"), ("orders_paymentinstruction", "instruction_id"))
)

_NUMBERS = """
    SELECT * FROM orders_invoicenumber WHERE order_id = ANY(%(ids)s)
    UNION ALL
    SELECT number.* FROM orders_creditnote AS note JOIN orders_invoicenumber AS number
        ON number.credit_note_id = note.command_id WHERE note.order_id = ANY(%(ids)s)
"""

ORDERS = Walk(
    name="orders",
    first="SELECT id FROM orders_order ORDER BY id LIMIT %(limit)s",
    next="SELECT id FROM orders_order WHERE id > %(after)s ORDER BY id LIMIT %(limit)s",
    parts={
        "orders_order": "SELECT * FROM orders_order WHERE id = ANY(%(ids)s)",
        **{
            table: f"SELECT * FROM {table} WHERE order_id = ANY(%(ids)s)"
            for table in (
                "orders_orderline",
                "orders_statuschange",
                "orders_payment",
                "orders_journalentry",
                "orders_authorization",
                "orders_paymentinstruction",
                "orders_creditnote",
                "inventory_hold",
                "inventory_stockmovement",
            )
        },
        "orders_invoicenumber": _NUMBERS,
        "orders_repair": _REPAIRS,
    },
    laws=audit_orders.LAWS
    | {"history is a path in the machine": _path()}
    | audit_money.LAWS
    | audit_online.LAWS
    | of_one_store(audit_stores.OF_ORDERS),
)

# What a stock command wrote is found by itself, what another one wrote by its order.
_OF_COMMAND = """
    SELECT written.* FROM orders_command AS command JOIN {table} AS written
        ON written.order_id = command.order_id AND written.command_id = command.id
    WHERE command.id = ANY(%(ids)s)
"""

COMMANDS = Walk(
    name="commands",
    first="SELECT id FROM orders_command ORDER BY id LIMIT %(limit)s",
    next="SELECT id FROM orders_command WHERE id > %(after)s ORDER BY id LIMIT %(limit)s",
    parts={
        "orders_command": "SELECT * FROM orders_command WHERE id = ANY(%(ids)s)",
        "orders_repair": "SELECT * FROM orders_repair WHERE command_id = ANY(%(ids)s)",
        "orders_statuschange": _OF_COMMAND.format(table="orders_statuschange"),
        "inventory_stockmovement": f"""
            {_OF_COMMAND.format(table="inventory_stockmovement")}
            UNION ALL
            SELECT * FROM inventory_stockmovement WHERE command_id = ANY(%(ids)s) AND order_id IS NULL
        """,
    },
    laws=audit_commands.LAWS | audit_closings.OF_COMMANDS | of_one_store(audit_stores.OF_COMMANDS),
)

POOLS = Walk(
    name="pools",
    first="SELECT id FROM inventory_store ORDER BY id LIMIT 1",
    next="SELECT id FROM inventory_store WHERE id > %(after)s ORDER BY id LIMIT 1",
    laws=audit_pools.LAWS | of_one_store(audit_stores.OF_POOLS, where="one.store_id = ANY(%(ids)s)"),
)

# What a closing counts is found by itself, and what that wrote by its order.
_COUNTED = """
    SELECT written.* FROM orders_command AS command JOIN {table} AS written
        ON written.order_id = command.order_id AND written.command_id = command.id
    WHERE command.closing_id = ANY(%(ids)s)
"""

CLOSINGS = Walk(
    name="closings",
    first="SELECT id FROM orders_closing ORDER BY id LIMIT LEAST(%(limit)s, 20)",
    next="SELECT id FROM orders_closing WHERE id > %(after)s ORDER BY id LIMIT LEAST(%(limit)s, 20)",
    parts={
        "closing_before": """
            SELECT before.* FROM orders_closing AS closing JOIN orders_closing AS before
                ON before.terminal_id = closing.terminal_id AND before.number = closing.number - 1
            WHERE closing.id = ANY(%(ids)s)
        """,
        "orders_closing": "SELECT * FROM orders_closing WHERE id = ANY(%(ids)s)",
        "orders_payment": _COUNTED.format(table="orders_payment"),
        "orders_journalentry": f"""
            {_COUNTED.format(table="orders_journalentry")}
            UNION ALL SELECT * FROM orders_journalentry WHERE closing_id = ANY(%(ids)s)
        """,
        "orders_command": "SELECT * FROM orders_command WHERE closing_id = ANY(%(ids)s)",
        "orders_drawermovement": "SELECT * FROM orders_drawermovement WHERE closing_id = ANY(%(ids)s)",
    },
    laws=audit_closings.LAWS,
)

DRAWERS = Walk(
    name="drawers",
    first="SELECT terminal_id FROM orders_drawer ORDER BY terminal_id LIMIT %(limit)s",
    next="SELECT terminal_id FROM orders_drawer WHERE terminal_id > %(after)s ORDER BY terminal_id LIMIT %(limit)s",
    parts={"orders_drawer": "SELECT * FROM orders_drawer WHERE terminal_id = ANY(%(ids)s)"},
    laws=audit_closings.OF_DRAWERS,
)

UNDONE = Walk(name="undone", first="SELECT 0", next="SELECT 0 LIMIT 0", laws=audit_live.LAWS)
LIVE = replace(UNDONE, name="live", laws=audit_live.LAWS | audit_live.OF_ALL_HOLDS)

WALKS = (LIVE, LEVELS, COMMANDS, ORDERS, POOLS, CLOSINGS, DRAWERS)
LAWS = frozenset(law for walk in WALKS for law in walk.laws)

"""The conservation laws of stock, for levels that have just moved: from one movement to the next, and from the last one
to the level. However long a level's history is, what came before was looked at when it was new."""

from base.sql.laws import Walk
from inventory.db.laws.levels import LAWS

_NEW = "SELECT level_id FROM inventory_stockmovement WHERE id = ANY(%(ids)s)"

_AS_IT_LEFT_IT = """
    SELECT level.id, format('{column} %s, its last movement left %s', level.{column}, coalesce(last.{after}, 0)), NULL
    FROM inventory_stocklevel AS level LEFT JOIN last_movement AS last ON last.level_id = level.id
    WHERE level.{column} <> coalesce(last.{after}, 0)
"""

MOVED = Walk(
    name="movements",
    first="SELECT id FROM inventory_stockmovement ORDER BY id LIMIT %(limit)s",
    next="SELECT id FROM inventory_stockmovement WHERE id > %(after)s ORDER BY id LIMIT %(limit)s",
    # In this order: the movements are all of them until the name means the new ones.
    parts={
        "inventory_stocklevel": f"SELECT * FROM inventory_stocklevel WHERE id IN ({_NEW})",
        "inventory_hold": f"SELECT * FROM inventory_hold WHERE level_id IN ({_NEW})",
        "last_movement": """
            SELECT level.id AS level_id, last.* FROM inventory_stocklevel AS level CROSS JOIN LATERAL (
                SELECT quantity_after, reserved_after FROM inventory_stockmovement
                WHERE level_id = level.id ORDER BY id DESC LIMIT 1
            ) AS last
        """,
        "goes_on": """
            SELECT moved.*, coalesce(before.quantity_after, 0) AS quantity_before,
                coalesce(before.reserved_after, 0) AS reserved_before
            FROM inventory_stockmovement AS moved LEFT JOIN LATERAL (
                SELECT quantity_after, reserved_after FROM inventory_stockmovement
                WHERE level_id = moved.level_id AND id < moved.id ORDER BY id DESC LIMIT 1
            ) AS before ON true
            WHERE moved.id = ANY(%(ids)s)
        """,
        "inventory_stockmovement": "SELECT * FROM inventory_stockmovement WHERE id = ANY(%(ids)s)",
    },
    laws=LAWS
    | {
        "on hand is the sum of the movements": _AS_IT_LEFT_IT.format(column="on_hand", after="quantity_after"),
        "reserved is the sum of the movements": _AS_IT_LEFT_IT.format(column="reserved", after="reserved_after"),
        "each movement goes on from the one before": """
            SELECT level_id, format('movement %s: %s + %s is not %s', id, quantity_before, quantity_change,
                quantity_after), command_id
            FROM goes_on
            WHERE quantity_before + quantity_change <> quantity_after
                OR reserved_before + reserved_change <> reserved_after
            ORDER BY id
        """,
    },
)

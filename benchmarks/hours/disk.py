"""What commands take on disk, by table and index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

NUMBERS = "orders_invoicenumber"
# As large as the catalogue, however much is sold.
OTHERS = ("inventory_product", "inventory_stocklevel", "inventory_lowstock")
# A table with what it keeps out of line. Invoice numbers are fetched ahead: those that are free are no command's yet.
_BYTES = f"""
    SELECT relation.relname, pg_table_size(relation.oid) * CASE coalesce(indrelid, relation.oid)
        WHEN '{NUMBERS}'::regclass
        THEN (SELECT (count(*) FILTER (WHERE state <> 'free'))::float / greatest(count(*), 1) FROM {NUMBERS})
        ELSE 1 END
    FROM pg_class AS relation LEFT JOIN pg_index ON indexrelid = relation.oid
    WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
        AND coalesce(indrelid, relation.oid) <> ALL (%s::regclass[])
"""
_COMMANDS = "SELECT count(*) FROM orders_command WHERE state <> 'pending'"
GB = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`commands`: that are settled; `by_relation`: bytes of each table and index."""

    commands: int
    by_relation: Mapping[str, float]

    @property
    def whole(self) -> float:
        """Bytes."""
        return sum(self.by_relation.values())

    def a_command(self, relation: str) -> float:
        """Bytes; 0 of a relation that is not there."""
        return self.by_relation.get(relation, 0) / max(self.commands, 1)

    @property
    def whole_a_command(self) -> float:
        return self.whole / max(self.commands, 1)

    @property
    def largest_first(self) -> list[str]:
        return sorted(self.by_relation, key=lambda name: -self.by_relation[name])

    def as_json(self) -> dict[str, Any]:
        by_relation = {name: round(self.a_command(name), 1) for name in self.largest_first}
        return {"commands": self.commands, "bytes": round(self.whole), "bytes_a_command": by_relation}


def taken(database_url: str) -> Taken:
    with psycopg.connect(database_url, autocommit=True) as database:
        (commands,) = database.execute(_COMMANDS).fetchone() or (0,)
        sizes = database.execute(_BYTES.encode(), [list(OTHERS)]).fetchall()
    return Taken(commands=commands, by_relation={name: float(size) for name, size in sizes})

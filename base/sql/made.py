"""What statements of a migration make is dropped on its way back: `operations = [makes("CREATE TRIGGER ...")]`."""

import re
from collections.abc import Iterator

from django.db.migrations import RunSQL

_STATEMENT = re.compile(r"^(?=CREATE |ALTER )", re.MULTILINE)
_DROPPED = {
    r"CREATE (?:UNLOGGED )?(FUNCTION|SEQUENCE|TABLE) (\w+)": r"DROP \1 \2",
    r"CREATE TRIGGER (\w+) .*? ON (\w+)": r"DROP TRIGGER \1 ON \2",
    r"ALTER TABLE (\w+) ADD CONSTRAINT (\w+)": r"ALTER TABLE \1 DROP CONSTRAINT \2",
}
_SET = re.compile(r"ALTER TABLE (\w+) SET \((.*?)\)", re.DOTALL)


def makes(sql: str) -> RunSQL:
    """Each of its statements begins a line. What the last one makes is dropped first."""
    return RunSQL(sql, ";\n".join(reversed([*_ways_back(sql)])))


def _ways_back(sql: str) -> Iterator[str]:
    for statement in _STATEMENT.split(sql)[1:]:
        if options := _SET.match(statement):
            yield f"ALTER TABLE {options[1]} RESET ({re.sub(r' = [^,]+', '', options[2])})"
            continue
        found = (re.match(made, statement, re.DOTALL) for made in _DROPPED)
        (way_back,) = (one.expand(dropped) for one, dropped in zip(found, _DROPPED.values(), strict=True) if one)
        yield way_back

"""Stores are independent: each statement names the store that it is about, or stands in queries.toml with a reason."""

import tomllib
from pathlib import Path

from tests.unit.stores.statements import Statement, statements, with_orm

LISTED: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("queries.toml").read_text())
ORM = {
    "inventory/db/access.py": "stores that a person is let on, and their names",
    "inventory/db/stores.py": "makes a store",
    "inventory/management/stores.py": "finds the store that an operator names",
    "orders/audit/db/findings.py": "findings are the house's",
    "orders/audit/db/rounds.py": "rounds are the house's",
    "orders/management/commands/revoke_terminal.py": "one terminal of the store that was named",
    "orders/management/commands/terminals.py": "an operator's list, of one store or of all",
    "orders/management/terminals.py": "terminals of the store that was named",
    "orders/terminals/db/keys.py": "makes a terminal of one store",
    "project/demo/figures.py": "the demo's, which is the only shop of its stack",
    "project/demo/provision.py": "makes the demo's stores",
    "project/demo/shelves.py": "makes the demo's products",
    "project/messaging/results.py": "results of tasks are the house's",
    "project/stack/prepare.py": "whether there is a store, and the first user",
}
"""Files that ask by Django's models, beside the admin's pages."""


def test_each_statement_names_its_store_or_is_listed_with_a_reason() -> None:
    found = {one for one in statements() if not one.names_its_store}
    assert sorted(one for one in found if not is_listed(one)) == []


def test_what_is_listed_is_there_and_names_no_store() -> None:
    found = {(one.file, name) for one in statements() if not one.names_its_store for name in (one.name, "*")}
    assert sorted(set(listed()) - found) == []
    assert len(listed()) == len(set(listed()))


def test_who_asks_by_models_is_listed_with_a_reason() -> None:
    assert with_orm() == set(ORM)


def test_a_statement_is_found_wherever_it_stands() -> None:
    found = {(one.file, one.name): one.names_its_store for one in statements()}
    assert found["orders/sales/db/orders.py", "_BY_ID"], "a constant, put together from others"
    assert found["orders/journal/db/reads/commands.py", "_BY_ID"], "one in bytes"
    assert found["inventory/db/reads/reports.py", "Reports"], "inside a class"
    assert not found["orders/audit/db/walks.py", "WALKS"], "inside rows of a table"


def is_listed(one: Statement) -> bool:
    return bool({(one.file, one.name), (one.file, "*")} & set(listed()))


def listed() -> list[tuple[str, str]]:
    return [(file, name) for reason in LISTED.values() for file, names in reason.items() for name in names]

"""What makes a start short; a shop's first one, too."""

import gc
from importlib import import_module

import pytest
from django.db.migrations.operations import AddConstraint, AddField, AddIndex

import project  # noqa: F401
from project.commands.manage import OURS


@pytest.mark.parametrize("app", ["inventory", "orders"])
def test_a_table_is_made_with_its_indexes_and_constraints(app: str) -> None:
    """For each that is added afterwards Django makes all models anew, which was half of a shop's first start. Only one
    of a column that is added itself has to wait for it."""
    operations = import_module(f"{app}.migrations.0002_tables").Migration.operations
    later = {one.model_name_lower for one in operations if isinstance(one, AddField)}
    assert {one.model_name_lower for one in operations if isinstance(one, AddConstraint | AddIndex)} <= later


def test_what_a_start_makes_is_not_searched_for_garbage_all_the_time() -> None:
    assert gc.get_threshold()[0] == 10_000


def test_an_operators_command_does_not_wait_for_djangos_checks() -> None:
    for name in OURS:
        module = {"create_store": "inventory", "connect_query": "project"}.get(name, "orders")
        assert import_module(f"{module}.management.commands.{name}").Command.requires_system_checks == ()

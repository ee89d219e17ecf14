"""What makes a start short; a shop's first one, too."""

import gc
from importlib import import_module

import pytest
from django.db.migrations.operations import CreateModel, RunSQL
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation

import project  # noqa: F401
from base.sql.at_once import AtOnce
from project.commands.manage import OURS


@pytest.mark.parametrize("app", ["inventory", "orders"])
def test_tables_are_made_at_once(app: str) -> None:
    """After each operation Django makes all models anew, which was more than half of a shop's first start."""
    operations = import_module(f"{app}.migrations.0002_tables").Migration.operations
    assert {type(one) for one in operations} <= {AtOnce, RunSQL}
    tables = next(one for one in operations if isinstance(one, AtOnce)).operations
    made = {one.name.lower() for one in tables if isinstance(one, CreateModel)}
    assert {one.model_name_lower for one in tables if isinstance(one, FieldOperation | IndexOperation)} <= made


def test_what_a_start_makes_is_not_searched_for_garbage_all_the_time() -> None:
    assert gc.get_threshold()[0] == 10_000


def test_an_operators_command_does_not_wait_for_djangos_checks() -> None:
    for name in OURS:
        module = {"create_store": "inventory", "connect_query": "project"}.get(name, "orders")
        assert import_module(f"{module}.management.commands.{name}").Command.requires_system_checks == ()

"""Many new tables in one step of a migration, `operations = [AtOnce([CreateModel(...), ...])]`."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class AtOnce(Operation):
    """After each operation Django makes all models anew that have to do with its own; of these, once, after the last:
    that was more than half of what a shop's first start computed. Tables, columns, indexes and constraints are made as
    the models have them in the end, so that every model that is touched must be a new one."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # while they are not there none is made anew
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in self._made():
            schema_editor.create_model(to_state.apps.get_model(app_label, name))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for name in reversed(self._made()):
            schema_editor.delete_model(from_state.apps.get_model(app_label, name))

    def describe(self) -> str:
        return f"Create {', '.join(self._made())}"

    def _made(self) -> list[str]:
        return [one.name for one in self.operations if isinstance(one, CreateModel)]

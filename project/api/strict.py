"""Ninja's API as ours is: JSON by the book, and a document that is complete."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.parser import Parser
from pydantic_core import from_json

from orders.commands.core.roles import Role, roles_for
from orders.terminals.api.auth import TerminalKey
from project.api.document import complete


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no lone surrogates, no nesting without end."""

    def parse_body(self, request: HttpRequest) -> Any:
        return from_json(request.body, allow_inf_nan=False)


class Api(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> Any:
        return complete(super().get_openapi_schema(**options), roles=dict(self._roles()))

    def _roles(self) -> Iterator[tuple[str, tuple[Role, ...]]]:
        """By operation id, as the document has them: of those that take a key."""
        for router in self._get_bound_routers():
            for view in router.path_operations.values():
                for operation in view.operations:
                    for one in operation.auth_callbacks:
                        assert isinstance(one, TerminalKey)
                        yield self.get_openapi_operation_id(operation), roles_for(one.action)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

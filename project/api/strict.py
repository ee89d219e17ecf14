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
        """By operation id. What names no key takes the API's own, if it takes one."""
        for _, router in self._routers:
            for view in router.path_operations.values():
                for operation in view.operations:
                    keys = [one for one in operation.auth_callbacks if isinstance(one, TerminalKey)] or [TerminalKey()]
                    yield self.get_openapi_operation_id(operation), roles_for(keys[0].action)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

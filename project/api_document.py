"""The OpenAPI document's remainder: what every call may answer besides success, and schemas that no view names."""

from typing import Any

from pydantic import BaseModel

from inventory.api.problems import CONTENT_TYPE, ProblemOut
from inventory.api.products import ProductsIn
from orders.api.bodies import ImportIn
from orders.api.bulk_bodies import ITEMS_SCHEMA

_SCHEMAS = "#/components/schemas/{model}"

_UNNAMED: tuple[type[BaseModel], ...] = (ProblemOut, ImportIn, ProductsIn)

_PROBLEMS = {
    400: "The body or the idempotency key is malformed.",
    401: "The key is missing, unknown or revoked.",
    403: "The terminal's role does not suffice.",
    404: "The store has no such thing.",
    409: "Its state does not allow this.",
    411: "The body came without a Content-Length.",
    413: "The body is larger than 1 MiB.",
    422: "The body or a parameter is not what the call takes.",
    429: "The terminal calls too fast; Retry-After tells when to come back.",
    503: "The database cannot be reached; try again.",
}
_ALWAYS = {401, 429, 503}
_WITH_BODY = {400, 403, 411, 413, 422}
_CONFLICTS = {
    "replace_draft_lines",
    "retry_command",
    "dismiss_command",
    "put_reorder_point",
    "restore_order",
    "void_invoice_number",
}
_NOT_FOUND = {"find_command", "void_invoice_number"}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    schemas = document["components"]["schemas"]
    schemas.update(ITEMS_SCHEMA["$defs"])
    for model in _UNNAMED:
        schema = model.model_json_schema(ref_template=_SCHEMAS)
        schemas |= {**schema.pop("$defs"), model.__name__: schema}
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            for status in sorted(_statuses(path, method, call)):
                call["responses"].setdefault(status, _problem_answer(_PROBLEMS[status]))
    return document


def _statuses(path: str, method: str, call: dict[str, Any]) -> set[int]:
    statuses = set(_ALWAYS)
    if method != "get" or "invoice-pool" in path:
        statuses |= {403, 411, 413}
    if "requestBody" in call:
        statuses |= _WITH_BODY
    if any(parameter["in"] == "header" and parameter["required"] for parameter in call["parameters"]):
        statuses |= {400, 422}
    if any(parameter["in"] == "query" for parameter in call["parameters"]):
        statuses |= {400, 422}
    if "{" in path or call["operationId"] in _NOT_FOUND:
        statuses |= {404}
    if call["operationId"] in _CONFLICTS:
        statuses |= {409}
    return statuses


def _problem_answer(description: str) -> dict[str, Any]:
    schema = {"$ref": _SCHEMAS.format(model="ProblemOut")}
    return {"description": description, "content": {CONTENT_TYPE: {"schema": schema}}}

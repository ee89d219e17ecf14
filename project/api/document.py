"""The OpenAPI document's remainder: the problems that calls answer, schemas that no view names, and examples."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from base.http.problems import CONTENT_TYPE, ProblemOut
from inventory.api.products_import import ProductsIn
from orders.journal.api.bulk.bodies import items_schema
from orders.stock.api.bodies import ImportIn
from project.api.examples import example_of

_SCHEMAS = "#/components/schemas/{model}"
_JSON = "application/json"

_UNNAMED: tuple[type[BaseModel], ...] = (ProblemOut, ImportIn, ProductsIn)

# status -> what it means, and the code of its example
_PROBLEMS = {
    400: ("The body or the idempotency key is malformed.", "malformed_json"),
    401: ("The key is missing, unknown or revoked; or so is the code.", "key_invalid"),
    403: ("The terminal's role does not suffice; the detail names the one that does.", "role_not_allowed"),
    404: ("The store has no such thing.", "order_not_found"),
    406: ("It comes in none of the forms that are accepted.", "not_acceptable"),
    409: ("Its state does not allow this.", "order_not_draft"),
    410: ("The cursor is too old, or of before a restore: begin anew.", "cursor_expired"),
    413: ("The body is larger than 1 MiB; of an import, than 32 MiB.", "body_too_large"),
    415: ("The body came compressed.", "encoding_not_taken"),
    422: ("The body or a parameter is not what the call takes.", "validation_failed"),
    429: ("The terminal calls too fast, or has too many calls at once; or many keys were wrong.", "too_many_requests"),
    503: ("More comes than can be done, or the database cannot be reached; try again.", "server_busy"),
}
_RETRY_AFTER = {"Retry-After": "Seconds after which to try again."}
_HEADERS = {401: {"WWW-Authenticate": "The scheme, `Bearer`."}, 429: _RETRY_AFTER, 503: _RETRY_AFTER}
_CONFLICTS = {
    "put_own_store",
    "put_order_customer",
    "replace_draft_lines",
    "retry_command",
    "dismiss_command",
    "put_product",
    "put_reorder_point",
    "restore_order",
    "void_invoice_number",
    "tell_void_again",
    "create_store_terminal",
    "make_enrol_code",
}
_OF_OTHERS = {
    "find_command",
    "list_terminals",
    "read_gaps_of_terminal",
    "report_day",
    "read_drawer",
    "list_closings",
}
_BY_ACCEPT = {"read_receipt", "report_day"}
_NOT_FOUND = {"find_command", "void_invoice_number", "tell_void_again", "read_drawer", "list_closings"}


def complete(document: dict[str, Any], *, roles: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """`roles`: by operation id, of the terminals that may call it."""
    schemas = document["components"]["schemas"]
    items = items_schema()
    schemas |= items.pop("$defs")
    for model in _UNNAMED:
        schema = model.model_json_schema(ref_template=_SCHEMAS)
        schemas |= {**schema.pop("$defs"), model.__name__: schema}
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            if "security" in call:
                of_call = roles[call["operationId"]]
                call["x-roles"] = list(of_call)
                call["description"] += f"\n\nFor terminals with the role {' or '.join(of_call)}."
            if call["operationId"] == "submit_commands":
                call["requestBody"]["content"][_JSON]["schema"] = items
            for status in sorted(_statuses(path, method, call)):
                call["responses"].setdefault(status, _problem_answer(status))
            _add_examples(call, schemas)
    return document


def _statuses(path: str, method: str, call: dict[str, Any]) -> Iterator[int]:
    yield from (401, 422, 429, 503)
    if method != "get":
        yield from (413, 415)
        if "security" in call:
            yield 403
    if "invoice-pool" in path or call["operationId"] in _OF_OTHERS:
        yield 403
    if "requestBody" in call or any(parameter["in"] in ("header", "query") for parameter in call["parameters"]):
        yield 400
    if "{" in path or call["operationId"] in _NOT_FOUND:
        yield 404
    if call["operationId"] in _BY_ACCEPT:
        yield 406
    if call["operationId"] == "read_changes":
        yield 410
    if call["operationId"] in _CONFLICTS:
        yield 409


def _problem_answer(status: int) -> dict[str, Any]:
    description, code = _PROBLEMS[status]
    example = {
        "type": f"urn:ringup:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "detail": description,
        "code": code,
        "errors": [],
    }
    content = {"schema": {"$ref": _SCHEMAS.format(model="ProblemOut")}, "example": example}
    answer: dict[str, Any] = {"description": description, "content": {CONTENT_TYPE: content}}
    if headers := _HEADERS.get(status):
        answer["headers"] = {
            name: {"description": meaning, "required": True, "schema": {"type": "string"}}
            for name, meaning in headers.items()
        }
    return answer


def _add_examples(call: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Where there is none yet."""
    for parameter in call["parameters"]:
        if shown := parameter.get("examples"):
            # Ninja copies them from the schema, where they are a list.
            parameter["examples"] = {str(number): {"value": value} for number, value in enumerate(shown, start=1)}
        elif parameter["required"] and "example" not in parameter:
            parameter["example"] = example_of(parameter["schema"], schemas, whole=False)
    if body := call.get("requestBody", {}).get("content", {}).get(_JSON):
        # What has nothing that is required is shown with what it may have.
        least = example_of(body["schema"], schemas, whole=False)
        body.setdefault("example", least or example_of(body["schema"], schemas, whole=True))
    for answer in call["responses"].values():
        if content := answer.get("content", {}).get(_JSON):
            content.setdefault("example", example_of(content["schema"], schemas, whole=True))

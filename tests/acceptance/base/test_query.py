"""Query parameters: unknown ones and doubled ones are refused by every call, and named."""

from typing import Any
from urllib.parse import quote

import pytest

from orders.models import Command, Order
from tests.support.shop.shop import PRICE_MINOR
from tests.support.shop.till import PREFIX, Till, document

ID = "01a1fe16-acae-721c-a53e-11d390f4e92e"
IN_PATHS = {"sku": "TEA-80", "code": "shop", "report_id": "1", "shortfall_id": "1"}

CALLS = [
    (method.upper(), path, call) for path, methods in document()["paths"].items() for method, call in methods.items()
]
BODIES: dict[str, Any] = {
    call["operationId"]: call["requestBody"]["content"]["application/json"]["example"]
    for _, _, call in CALLS
    if "requestBody" in call
}
IMPORTS = {"import_stock", "import_products"}


def filled(path: str, call: dict[str, Any]) -> str:
    for parameter in call["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(example(parameter))))
    return path.removeprefix(PREFIX)


def example(parameter: dict[str, Any]) -> Any:
    return parameter.get("example") or parameter["schema"]["examples"][0]


def required(call: dict[str, Any]) -> str:
    return "".join(f"&{one['name']}=x" for one in call["parameters"] if one["in"] == "query" and one["required"])


def parameters_of(problem: Any) -> list[str]:
    return [error["parameter"] for error in problem["errors"]]


@pytest.mark.parametrize(("method", "path", "call"), CALLS, ids=[call["operationId"] for _, _, call in CALLS])
def test_every_call_refuses_what_it_does_not_know(
    backoffice: Till, method: str, path: str, call: dict[str, Any]
) -> None:
    given = f"{filled(path, call)}?nonsense=1&a%26b=2{required(call)}"
    refused = backoffice.call(method, given, BODIES.get(call["operationId"]), **{"Idempotency-Key": "k1"})
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert parameters_of(refused.body) == ["nonsense", "a&b"]
    assert not Command.objects.exists()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/orders?statuss=paid", "statuss"),
        ("/orders?Status=paid", "Status"),
        ("/orders?status[]=paid", "status[]"),
        ("/orders?limit=1&limit=2", "limit"),
        ("/orders?limit=1&limit=1", "limit"),
        ("/orders?status=draft&limit=5&status=paid", "status"),
        ("/orders?page=2", "page"),
        ("/orders?=1", ""),
        ("/orders?x", "x"),
        ("/commands?key=1&key=2", "key"),
        ("/terminals/me?verbose=true", "verbose"),
        (f"/orders/{ID}?expand=lines", "expand"),
    ],
)
def test_a_typing_error_lists_nothing(pos: Till, path: str, parameter: str) -> None:
    refused = pos.get(path)
    assert (refused.status, refused.code, parameters_of(refused.body)) == (422, "validation_failed", [parameter])


def test_what_a_call_takes_is_told(pos: Till) -> None:
    refused = pos.get("/locations?size=5")
    assert "cursor, limit" in refused.body["errors"][0]["detail"]


def test_a_dry_run_that_is_misspelled_sells_nothing(pos: Till) -> None:
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}
    tenders = [{"method": "card", "amount_minor": PRICE_MINOR}]
    refused = pos.post(
        "/commands?dryrun=true", [{"key": "1", "kind": "pay", "order": order, "body": {"tenders": tenders}}]
    )
    assert (refused.status, parameters_of(refused.body)) == (422, ["dryrun"])
    assert not Command.objects.exists()


@pytest.mark.parametrize("path", ["/terminals/me", "/orders", "/inventory/items"])
def test_more_parameters_than_anybody_sends_are_refused(pos: Till, path: str) -> None:
    few = pos.get(f"{path}?{'&'.join(f'p{number}' for number in range(200))}")
    assert (few.status, len(few.body["errors"])) == (422, 100)
    many = pos.get(f"{path}?{'&'.join('limit=5' for _ in range(1_001))}")
    assert (many.status, many.code) == (422, "validation_failed")


def test_a_key_is_asked_for_before_the_query_is_looked_at(pos: Till) -> None:
    assert pos.get("/orders?nonsense=1", Authorization="").status == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", f"{PREFIX}/docs"])
def test_what_takes_nothing_and_is_no_call_answers_as_ever(pos: Till, path: str) -> None:
    """Monitors and browsers put things of their own there, against caches for example."""
    assert pos.client.get(f"{path}?_=1764300000").status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_document_takes_no_parameter_either(pos: Till, method: str) -> None:
    """It is what programs read of the API."""
    path = f"{PREFIX}/openapi.json"
    refused = pos.client.generic(method, f"{path}?x=1&version=3.0")
    assert refused.status_code == 422
    if method == "GET":
        assert (refused.json()["code"], parameters_of(refused.json())) == ("validation_failed", ["x", "version"])
    assert pos.client.generic(method, f"{path}?{'&'.join('x=5' for _ in range(1_001))}").status_code == 422
    assert pos.client.generic(method, path).status_code == 200

"""The document at /openapi.json and the page at /docs."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.support.shop.till import PREFIX, document


def test_the_document_is_served_to_everybody(client: Client) -> None:
    response = client.get(f"{PREFIX}/openapi.json")
    assert response.status_code == 200
    served = json.loads(response.content)
    assert served["openapi"].startswith("3.1")
    assert served["paths"].keys() == document()["paths"].keys()


def test_every_call_is_in_the_document() -> None:
    there = [one for one in get_resolver().url_patterns if str(one.pattern) == "api/v1/"]
    (prefix,) = [one for one in there if isinstance(one, URLResolver)]
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(route.pattern)) for route in prefix.url_patterns}
    described = {path.removeprefix(f"{PREFIX}/") for path in document()["paths"]}
    assert routes - described == {"openapi.json", "docs", ""}


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document())
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named <= set(document()["components"]["schemas"])
    assert set(re.findall(r'"\$ref": "([^"]+)"', text)) == {f"#/components/schemas/{name}" for name in named}


def test_every_call_names_its_problems_and_its_key() -> None:
    for path, methods in document()["paths"].items():
        for method, call in methods.items():
            assert {401, 422, 503} <= set(call["responses"]), f"{method} {path}"
            keyless = path.endswith("/terminals/enrol")
            assert call.get("security") == (None if keyless else [{"TerminalKey": []}]), path
            assert call["description"]
    assert document()["components"]["securitySchemes"]["TerminalKey"] == {"type": "http", "scheme": "bearer"}


def test_operation_ids_are_unique() -> None:
    ids = [call["operationId"] for methods in document()["paths"].values() for call in methods.values()]
    assert len(ids) == len(set(ids))


def test_the_page_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get(f"{PREFIX}/docs").content.decode()
    assets = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert assets
    for asset in assets:
        found = finders.find(asset.removeprefix("/static/"))
        assert found, asset
        assert Path(found).stat().st_size


@pytest.mark.parametrize("path", ["openapi.json", "docs"])
def test_document_and_page_ask_for_no_database(client: Client, path: str) -> None:
    """Without the `db` mark, a query would be an error."""
    assert client.get(f"{PREFIX}/{path}").status_code == 200

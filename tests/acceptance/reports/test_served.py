"""The report of a day from the real web server: its headers are what a browser or a spreadsheet goes by."""

import csv
import io

import pytest
import urllib3

from orders.commands.core.roles import Role
from tests.support.processes.served import Served

FUTURE = "2999-01-01"


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        ("application/json", 200, "application/json"),
        ("text/csv", 200, "text/csv; charset=utf-8"),
        ("image/png", 406, "application/problem+json"),
    ],
)
def test_it_comes_in_the_form_that_was_asked_for(served: Served, accept: str, status: int, content_type: str) -> None:
    answer = get(served, FUTURE, accept)
    assert (answer.status, answer.headers["Content-Type"]) == (status, content_type)
    assert int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_table_is_a_file_with_a_name(served: Served) -> None:
    answer = get(served, FUTURE, "text/csv")
    assert answer.headers["Content-Disposition"].endswith(f'-{FUTURE}.csv"')
    header, *rows = csv.reader(io.StringIO(answer.data.decode(), newline=""))
    assert header == ["section", "key", "rate", "count", "amount_minor"]
    assert ["sales", "", "", "0", "0"] in rows


@pytest.mark.parametrize("day", ["today", "2026-13-01", "%2E%2E", "2026-11-21%0A"])
def test_what_is_no_day_is_a_problem(served: Served, day: str) -> None:
    assert get(served, day, "text/csv").status == 422


def get(served: Served, day: str, accept: str) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": f"Bearer {served.keys[Role.AUDITOR]}", "Accept": accept}
    return urllib3.request("GET", f"{served.url}/api/v1/reports/days/{day}", headers=headers, retries=False)

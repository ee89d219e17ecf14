"""GET /reports/days/{date}: who reads it, for which days, and in which form."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.shop.baskets import BASKET, line
from tests.support.shop.reports import NOTHING, as_csv, report, today
from tests.support.shop.till import Till

Sell = Callable[..., str]
Do = Callable[..., None]


def test_a_table_says_the_same_a_figure_a_row(auditor: Till, do: Do, sell: Sell) -> None:
    basket = sell(*BASKET)
    do(f"{basket}/return", lines=[line("TEA", condition="sellable")])
    found, rows = report(auditor, today(auditor)), as_csv(auditor, today(auditor))
    assert [row for row in rows if row[0] != "as_of"] == [
        ["date", found["date"], "", "", ""],
        ["store", "corner", "", "", ""],
        ["currency", "GBP", "", "", ""],
        ["sales", "", "", "1", "1897"],
        ["refunds", "", "", "1", "499"],
        ["cancelled", "", "", "0", "0"],
        ["method", "card", "", "2", "1398"],
        ["net", "red", "5", "", "238"],
        ["tax", "red", "5", "", "12"],
        ["net", "std", "20", "", "831"],
        ["tax", "std", "20", "", "167"],
        ["untaxed", "", "", "", "150"],
        ["deposits", "", "", "", "0"],
        ["rounding", "", "", "", "0"],
        ["first_invoice_number", found["first_invoice_number"], "", "", ""],
        ["last_invoice_number", found["last_invoice_number"], "", "", ""],
        ["invoices_pending", "", "", "0", ""],
        ["late", "", "", "0", "0"],
    ]


@pytest.mark.parametrize("code", ["=1+1", "+SUM(A1)", "-2", "@cmd", 'a,"b"'])
def test_a_table_holds_no_formula(auditor: Till, backoffice: Till, sell: Sell, code: str) -> None:
    assert backoffice.put(f"/taxes/{code}", {"name": code, "rate": "20"}).status == 201
    sell(line("TEA", tax_code=code))
    (row,) = [row for row in as_csv(auditor, today(auditor)) if row[0] == "tax"]
    assert row[1:] == [code if code[0] == "a" else f"'{code}", "20", "", "83"]


def test_what_is_below_zero_is_still_a_number(auditor: Till, do: Do, sell: Sell) -> None:
    """On a day on which more came back than was sold."""
    basket = sell(*BASKET, sold_at=(datetime.now(UTC) - timedelta(days=2)).isoformat())
    do(f"{basket}/cancel")
    back_on = datetime.now(UTC).date().isoformat()
    rows = {tuple(row[:3]): row[3:] for row in as_csv(auditor, back_on)}
    assert rows["method", "card", ""] == ["1", "-1897"]
    assert rows["tax", "std", "20"] == ["", "-250"]


@pytest.mark.parametrize(
    "day",
    ["yesterday", "2026-11-31", "2025-02-29", "20261121", "2026-11-21T00:00:00Z", "1763700000", "2026-1-1", "%00", "-"],
)
def test_what_is_no_day_is_refused(auditor: Till, day: str) -> None:
    refused = auditor.get(f"/reports/days/{day}")
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["parameter"] for error in refused.body["errors"]] == ["date"]


def test_a_parameter_that_is_not_known_is_refused(auditor: Till) -> None:
    assert auditor.get("/reports/days/2026-11-21?store=other").code == "validation_failed"


def test_only_back_office_and_auditors_read_it(pos: Till, supervisor: Till, backoffice: Till, auditor: Till) -> None:
    assert [till.get("/reports/days/2026-11-21").status for till in (pos, supervisor, backoffice, auditor)] == [
        403,
        403,
        200,
        200,
    ]
    assert "backoffice" in pos.get("/reports/days/2026-11-21").body["detail"]


def test_a_store_sees_its_own_day_only(auditor: Till, elsewhere: Till, sell: Sell) -> None:
    sell(line("TEA"))
    theirs = report(elsewhere, today(auditor))
    assert (theirs["store"], theirs["sales"]) == ("other", NOTHING)


@pytest.mark.parametrize(
    ("accept", "status", "content_type"),
    [
        ("*/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        ("text/csv;q=0.5, application/json", 200, "application/json"),
        ("text/*", 200, "text/csv; charset=utf-8"),
        ("application/pdf", 406, "application/problem+json"),
        ("text/csv;q=0, application/json;q=0", 406, "application/problem+json"),
    ],
)
def test_a_caller_says_which_form_it_takes(auditor: Till, accept: str, status: int, content_type: str) -> None:
    answer = auditor.get("/reports/days/2026-11-21", Accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (status, content_type)

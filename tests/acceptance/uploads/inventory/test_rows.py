"""Rows of a stock import that are refused, beside those that are taken."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]
CSV = b"sku,quantity,location\nTEA-80,7,\nMUG-RED,3,stockroom\n"
FORM = b'--till\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n\r\n%b\r\n--till--\r\n'


def upload(till: Till, content: bytes, content_type: str = "text/csv") -> Answer:
    return till.call("POST", "/inventory/import", content, **{"Content-Type": content_type, "Idempotency-Key": "k1"})


@pytest.mark.parametrize(
    ("row", "sku", "said"),
    [
        (b"TEA-80,many,\n", "TEA-80", "quantity: must be a whole number"),
        (b"TEA-80,-1,\n", "TEA-80", "quantity: must be 0 or more"),
        (b"TEA-80,1.5,\n", "TEA-80", "quantity: must be a whole number"),
        (b"TEA-80,1e3,\n", "TEA-80", "quantity: must be a whole number"),
        (b"TEA-80,99999999999999999999999999,\n", "TEA-80", "quantity: must be a whole number"),
        (b"TEA-80,,\n", "TEA-80", "quantity: must be a whole number"),
        (b",7,\n", None, "sku: must be text"),
        (b"TEA-80\x00,7,\n", "TEA-80\x00", "sku: "),
        (b"TEA-80,7\n", None, "it has 2 cells, but the header names 3 columns"),
        (b"TEA-80,7,shop,more\n", None, "it has 4 cells, but the header names 3 columns"),
        (b'"TEA"80,7,\n', None, "a quote stands within a cell"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_by_its_line(
    backoffice: Till, settle: Settle, row: bytes, sku: str | None, said: str
) -> None:
    """And the good ones are taken beside it, in whatever form the file comes."""
    content = CSV + row + b"SCARF-BLUE,5,shop\n"
    settled = settle(upload(backoffice, content), backoffice)
    assert settled["result"]["counts"] == {"set": 3, "skipped": 0, "refused": 1}
    (refused,) = settled["result"]["rows"]
    assert (refused["line"], refused["index"], refused["sku"], refused["status"], refused["code"]) == (
        *(4, None, sku and sku.replace("\x00", "\ufffd"), "refused", "validation_failed"),
    )
    assert refused["detail"].startswith(said)
    again = upload(backoffice, FORM % content, "multipart/form-data; boundary=till")
    assert (again.body["id"], again.headers["Idempotency-Replayed"]) == (settled["id"], "true")


def cell(figure: str) -> str:
    return f'"{figure}"' if "," in figure else figure


@pytest.mark.parametrize(
    "figure", ["1.000", "1,000", "12.345", "+1.500", "0.000", "1234.000", "1.000.000", "1,234.567"]
)
def test_a_figure_that_may_mean_thousands_is_refused(backoffice: Till, shop: Shop, settle: Settle, figure: str) -> None:
    content = f"sku,quantity\nTEA-80,{cell(figure)}\nMUG-RED,3\n"
    settled = settle(upload(backoffice, content.encode()), backoffice)
    (refused,) = settled["result"]["rows"]
    assert (refused["line"], refused["sku"], refused["code"]) == (2, "TEA-80", "validation_failed")
    told = f"quantity: {figure} may mean thousands or a fraction; write the whole number in digits alone"
    assert refused["detail"] == told
    assert (shop.level("TEA-80"), shop.level("MUG-RED")) == ((10, 0), (3, 0))


@pytest.mark.parametrize("figure", ["1,5", "12,0", "12,00", "1.000,00", "1,000.00", "-1,5"])
def test_a_figure_with_a_comma_is_refused(backoffice: Till, shop: Shop, settle: Settle, figure: str) -> None:
    content = f"sku;quantity\nTEA-80;{figure}\n"
    (refused,) = settle(upload(backoffice, content.encode()), backoffice)["result"]["rows"]
    assert refused["detail"] == f"quantity: {figure} has a comma; write the whole number in digits alone"
    assert shop.level("TEA-80") == (10, 0)


@pytest.mark.parametrize("figure", ["12", "12.0", "12.00", "12.0000", "+12", "0012"])
def test_a_whole_number_is_taken_as_a_spreadsheet_writes_it(
    backoffice: Till, shop: Shop, settle: Settle, figure: str
) -> None:
    settled = settle(upload(backoffice, f"sku,quantity\nTEA-80,{figure}\n".encode()), backoffice)
    assert settled["result"] == {"counts": {"set": 1, "skipped": 0, "refused": 0}, "rows": []}
    assert shop.level("TEA-80") == (12, 0)


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("1.250", "price_minor: 1.250 may mean thousands or a fraction"),
        ("4,50", "price_minor: 4,50 has a comma"),
        ("4.50", "price_minor: must be a whole number"),
    ],
)
def test_a_price_is_read_as_carefully(backoffice: Till, price: str, said: str) -> None:
    content = f"sku;price_minor\nTEA-80;{price}\n".encode()
    (refused,) = backoffice.call("POST", "/products/import", content, **{"Content-Type": "text/csv"}).body["rows"]
    assert refused["detail"].startswith(said)


@pytest.mark.parametrize(
    "row",
    [
        "sku,quantity,location",
        "\ufeffsku,quantity,location",
        "\ufeffSCARF-BLUE,5,shop",
        "SCARF-BLUE,\ufeff5,shop",
        "SCARF-BLUE,2026-11-28,shop",
        "SCARF-BLUE,28.11.2026,shop",
        "SCARF-BLUE,11/28/2026,shop",
        "SCARF-BLUE,05. Nov,shop",
        "SCARF-BLUE,1 000,shop",
        "SCARF-BLUE,1\u202f000,shop",
        "SCARF-BLUE,1'000,shop",
        "SCARF-BLUE,\u0667,shop",
    ],
)
def test_what_stands_in_a_file_by_mistake_is_refused_by_its_line(backoffice: Till, settle: Settle, row: str) -> None:
    """A header again, a byte order mark in the midst, a date, thousands apart: files that were put together by hand."""
    settled = settle(upload(backoffice, CSV + f"{row}\n".encode()), backoffice)
    assert [(one["line"], one["code"]) for one in settled["result"]["rows"]] == [(4, "validation_failed")]
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 1}


def test_refused_rows_are_told_in_the_order_of_the_file(backoffice: Till, settle: Settle) -> None:
    content = CSV + b"NO-SUCH,1,\nTEA-80,x,\nTEA-80,1,cellar\n,,x\n"
    settled = settle(upload(backoffice, content), backoffice)
    assert [row["line"] for row in settled["result"]["rows"]] == [4, 5, 6, 7]
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 4}


@pytest.mark.parametrize("location", [b"", b"shop"])
def test_of_two_rows_of_one_level_the_later_is_refused(
    backoffice: Till, shop: Shop, settle: Settle, location: bytes
) -> None:
    content = b"sku,quantity,location\nTEA-80,7,shop\nTEA-80,3,stockroom\nTEA-80,9,%b\n" % location
    settled = settle(upload(backoffice, content), backoffice)
    assert [(row["line"], row["code"]) for row in settled["result"]["rows"]] == [(4, "sku_repeated")]
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 1}
    assert (shop.level("TEA-80"), shop.level("TEA-80", "stockroom")) == ((7, 0), (3, 0))


@pytest.mark.parametrize(
    ("path", "header", "rest"),
    [("/inventory/import", "sku,quantity", ",1"), ("/products/import", "sku,name,price_minor,currency", ",Tea,1,GBP")],
)
def test_one_sku_in_two_forms_is_one_sku(backoffice: Till, settle: Settle, path: str, header: str, rest: str) -> None:
    """In NFC and NFD; with a blank before it it is none."""
    backoffice.put("/products/Crème", {"name": "Cream", "price_minor": 250, "currency": "GBP"})
    content = "\n".join([header, *(f"{sku}{rest}" for sku in ("Crème", "Cre\u0300me", " Crème"))]) + "\n"
    answer = backoffice.call("POST", path, content.encode(), **{"Content-Type": "text/csv", "Idempotency-Key": "k1"})
    told = answer.body if answer.status == 200 else settle(answer, backoffice)["result"]
    assert [(row["line"], row["code"]) for row in told["rows"]] == [(3, "sku_repeated"), (4, "validation_failed")]

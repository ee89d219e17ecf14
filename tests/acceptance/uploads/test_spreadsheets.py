"""Files as spreadsheets write them."""

from collections.abc import Callable
from typing import Any

import pytest

from orders.models import Command
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Till

Settle = Callable[[Answer, Till], Any]

TAKEN = {
    "semicolons": "sku;quantity;location\nTEA-80;7;shop\nMUG-RED;3;stockroom\n",
    "tabs": "sku\tquantity\tlocation\nTEA-80\t7\tshop\nMUG-RED\t3\tstockroom\n",
    "told semicolons": "sep=;\r\nsku;quantity;location\r\nTEA-80;7;shop\r\nMUG-RED;3;stockroom\r\n",
    "told tabs": "sep=\t\nsku\tquantity\tlocation\nTEA-80\t7\tshop\nMUG-RED\t3\tstockroom\n",
    "told in quotes": '"sep=,"\nsku,quantity,location\nTEA-80,7,shop\nMUG-RED,3,stockroom\n',
    "a byte order mark": "\ufeffsep=;\nsku;quantity;location\nTEA-80;7;shop\nMUG-RED;3;stockroom\n",
    "capitals": "SKU,Quantity, LOCATION \nTEA-80,7,shop\nMUG-RED,3,stockroom\n",
    "ends of an old Macintosh": "sku,quantity,location\rTEA-80,7,shop\rMUG-RED,3,stockroom\r",
    "mixed ends": "sku,quantity,location\r\nTEA-80,7,shop\nMUG-RED,3,stockroom",
    "rows of separators": "\n,,\nsku,quantity,location\n,,\nTEA-80,7,shop\n , ,\n\nMUG-RED,3,stockroom\n,,\n",
    "empty columns on the right": "sku,quantity,location,,\nTEA-80,7,shop,,\nMUG-RED,3,stockroom,\n",
    "a hundred columns": f"sku,quantity,location{',' * 97}\nTEA-80,7,shop{',' * 97}\nMUG-RED,3,stockroom{',' * 97}\n",
    "more cells than the header": "sku,quantity,location\nTEA-80,7,shop,,,\nMUG-RED,3,stockroom\n",
    "decimals": "sku,quantity,location\nTEA-80,7.0,shop\nMUG-RED,+3.00,stockroom\n",
    "blanks": "sku, quantity,location\nTEA-80, 7 ,shop\nMUG-RED,\u00a03,stockroom\n",
    "quotes": '"sku";"quantity";"location"\n"TEA-80";"7";"shop"\n"MUG-RED";"3";"stockroom"\n',
}


def upload(till: Till, content: bytes, *, key: str = "k1", path: str = "/inventory/import") -> Answer:
    return till.call("POST", path, content, **{"Content-Type": "text/csv", "Idempotency-Key": key})


@pytest.mark.parametrize("written", TAKEN)
def test_a_file_is_taken_as_it_is_written(backoffice: Till, shop: Shop, settle: Settle, written: str) -> None:
    settled = settle(upload(backoffice, TAKEN[written].encode()), backoffice)
    assert settled["result"] == {"counts": {"set": 2, "skipped": 0, "refused": 0}, "rows": []}
    assert (shop.level("TEA-80"), shop.level("MUG-RED", "stockroom")) == ((7, 0), (3, 0))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("sku,quantity\nTEA-80,x\n", 2),
        ("sep=,\nsku,quantity\nTEA-80,x\n", 3),
        ("\n,\nsku,quantity\nTEA-80,x\n", 4),
        ('sku,quantity,location\r\nTEA-80,1,"a\r\nb\nc"\r\nTEA-80,x,\r\n', 5),
        ("sku,quantity\r\r\rTEA-80,x\r", 4),
        ("sku,quantity\n,\n\nTEA-80,x\n", 4),
        ("sku,quantity,location\nTEA-80,1,a\u2028b\nTEA-80,x,\n", 3),
    ],
)
def test_a_row_is_named_by_the_line_that_it_has_in_the_file(
    backoffice: Till, settle: Settle, content: str, line: int
) -> None:
    told = settle(upload(backoffice, content.encode()), backoffice)["result"]["rows"]
    assert (told[-1]["line"], told[-1]["sku"]) == (line, "TEA-80")


def test_a_stray_quote_refuses_every_line_that_it_takes_along(backoffice: Till, settle: Settle) -> None:
    content = b'sku,quantity\n"TEA-80,1\nMUG-RED,"2"\nSCARF-BLUE,3\n'
    settled = settle(upload(backoffice, content), backoffice)
    assert [row["line"] for row in settled["result"]["rows"]] == [2, 3]
    assert settled["result"]["counts"] == {"set": 1, "skipped": 0, "refused": 2}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("sku,quantity\nTEE-\u00fc,1\n".encode("cp1252"), 2),
        ("sku,quantity\nTEA-80,1\n".encode("utf-16"), 1),
        ("sku,quantity\nTEA-80,1\n".encode("utf-16-le"), 1),
        (b"sku,quantity\n" + b"TEA-80,1\n" * 5000 + b"\xff,1\n", 5002),
        (b"sku,quantity\nTEA-80,1\xc3", 2),
        (b"sku,quantity\n\xed\xa0\x80,1\n", 2),
    ],
)
def test_what_is_not_utf8_is_told_so(backoffice: Till, shop: Shop, content: bytes, line: int) -> None:
    refused = upload(backoffice, content)
    assert (refused.status, refused.code) == (400, "not_utf8")
    assert refused.body["detail"].startswith(f"Line {line} is not UTF-8.")
    assert not Command.objects.filter(store_id=shop.store_id).exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'sku,quantity\nTEA-80,1\n"MUG-RED,1\n', "In line 3 begins a cell that does not end"),
        (b'sku,quantity\n"MUG-RED,1\n' + b"TEA-80,1\n" * 100_000, "In line 2 begins a cell that does not end"),
        (b"sku,quantity\n" + b"x" * 200_000 + b",1\n", "In line 2 begins a cell that does not end"),
        (b"sku,quantity\nTEA-80,1\n" + b"x," * 8_000_000, "Line 3 has more than"),
        (b'"sku,quantity\n', "In line 1 begins a cell that does not end"),
    ],
)
def test_what_cannot_be_told_apart_is_malformed(backoffice: Till, shop: Shop, content: bytes, said: str) -> None:
    refused = upload(backoffice, content)
    assert (refused.status, refused.code) == (400, "malformed_csv")
    assert refused.body["detail"].startswith(said)
    assert not Command.objects.filter(store_id=shop.store_id).exists()


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("sku,quantity,Colour", "there is no column 'Colour'"),
        ("sku,\ufeffquantity", "there is no column '\\ufeffquantity'"),
        ("sku,quantity," + ",".join(f"x{number}" for number in range(98)), "there is no column 'x0'"),
        ("sku,quantity,,location", "there is no column ''"),
        ("sku,quantity,SKU", "the column sku comes twice"),
        ("sku;quantity,location", "there is no column"),
        ("sku|quantity", "there is no column 'sku|quantity'"),
        ("sep=|\nsku|quantity", "cells are separated by comma, semicolon or tab, not by '|'"),
        ("quantity", "the column sku is missing"),
    ],
)
def test_a_column_is_named_that_is_unknown_or_comes_twice(backoffice: Till, header: str, said: str) -> None:
    refused = upload(backoffice, f"{header}\nTEA-80,7,shop\n".encode())
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", ["#/items"])
    assert said in refused.body["errors"][0]["detail"]

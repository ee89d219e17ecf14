"""Reading the bytes of a sales day."""

import gzip
from pathlib import Path

import pytest

from project.demo.day.day import read_day
from project.demo.day.files import read_lines
from project.demo.day.rows import BadDay

HEADER = b"InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n"
ROW = b'1,22752,"RUG, 2 ROOMS",1,2011-12-05 09:00:00,1,7,UK\r\n'


@pytest.mark.parametrize("name", ["day.csv", "day.csv.gz"])
def test_plain_gzipped_and_marked_files_read_the_same(tmp_path: Path, name: str) -> None:
    content = b"\xef\xbb\xbf" + HEADER + ROW
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert read_day(read_lines(path)).products[0].name == "RUG, 2 ROOMS"


def test_a_byte_that_is_not_utf8_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_bytes(HEADER + ROW * 500 + ROW.replace(b"RUG", b"\xa3 RUG"))
    with pytest.raises(BadDay, match=r"^row 502: is not UTF-8$"):
        read_day(read_lines(path))

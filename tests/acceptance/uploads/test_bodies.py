"""However a client sends a body, all of it arrives; one that breaks off has no effect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from inventory.models import Product
from orders.models import Command
from tests.support.processes.served import Served
from tests.support.shop.shop import Shop
from tests.support.shop.till import Answer, Chunks, Till, document

CSV = b"sku,quantity,location\r\nTEA-80,7,\r\nMUG-RED,3,stockroom\r\n"
JSON = b'{"items": [{"sku": "TEA-80", "quantity": 7}, {"sku": "MUG-RED", "quantity": 3, "location": "stockroom"}]}'
FORM = b'--till\r\nContent-Disposition: form-data; name="file"; filename="s.csv"\r\n\r\n%b\r\n--till--\r\n' % CSV
SENT = {"text/csv": CSV, "application/json": JSON, "multipart/form-data; boundary=till": FORM}
MEBIBYTE = 1024 * 1024
ROWS_MIB_MAX = 100


def in_pieces(content: bytes, size: int) -> Chunks:
    return Chunks(content[at : at + size] for at in range(0, len(content), size))


WAYS: dict[str, Callable[[bytes], Any]] = {
    "with its length": lambda content: content,
    "in one chunk": lambda content: Chunks([content]),
    "in chunks of seven": lambda content: in_pieces(content, 7),
    "in chunks of one": lambda content: in_pieces(content, 1),
}


def upload(till: Till, content: Any, content_type: str = "text/csv", path: str = "/inventory/import") -> Answer:
    return till.call("POST", path, content, **{"Content-Type": content_type, "Idempotency-Key": "k1"})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("content_type", SENT)
def test_all_of_a_body_arrives(
    backoffice: Till, shop: Shop, settle: Callable[[Answer, Till], Any], content_type: str, way: str
) -> None:
    settled = settle(upload(backoffice, WAYS[way](SENT[content_type]), content_type), backoffice)
    assert settled["result"]["counts"] == {"set": 2, "skipped": 0, "refused": 0}
    assert (shop.level("TEA-80"), shop.level("MUG-RED", "stockroom")) == ((7, 0), (3, 0))


@pytest.mark.parametrize("way", WAYS)
def test_a_catalogue_arrives(backoffice: Till, way: str) -> None:
    content = b"sku,name,price_minor,currency\nA,Apple,1,GBP\nB,Pear,2,GBP\n"
    imported = upload(backoffice, WAYS[way](content), path="/products/import")
    assert imported.body["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "refused": 0}


@pytest.mark.parametrize("way", WAYS)
def test_a_call_without_an_upload_may_come_in_chunks_too(pos: Till, way: str) -> None:
    content = b'{"currency": "GBP", "fulfilment": "immediate", "lines": [{"sku": "TEA-80", "quantity": 1}]}'
    assert pos.call("POST", "/orders", WAYS[way](content)).status == 201


@pytest.mark.parametrize("content", [b"", Chunks()], ids=["with its length", "in chunks"])
@pytest.mark.parametrize("content_type", SENT)
def test_an_empty_body_is_told(backoffice: Till, content_type: str, content: Any) -> None:
    refused = upload(backoffice, content, content_type)
    assert refused.status in (400, 422)


@pytest.mark.parametrize("content_type", SENT)
def test_one_byte_is_a_body(backoffice: Till, content_type: str) -> None:
    for content in (b"x", Chunks([b"x"])):
        assert upload(backoffice, content, content_type).status in (400, 422)


def mebibytes(count: int) -> bytes:
    row = b"TEA-80,%b7,shop\n" % (b" " * 1000)
    content = b"sku,quantity,location\n" + row * (count * MEBIBYTE // len(row) - 1)
    return content + b"\n" * (count * MEBIBYTE - len(content))


LARGE: dict[str, Callable[[bytes], Any]] = {
    "with its length": lambda content: content,
    "in chunks": lambda content: in_pieces(content, 65536),
}


@pytest.mark.parametrize("way", LARGE)
def test_32_mebibytes_are_read(backoffice: Till, way: str) -> None:
    assert upload(backoffice, LARGE[way](mebibytes(32))).status == 202


@pytest.mark.parametrize("way", LARGE)
def test_a_byte_over_32_mebibytes_is_refused(backoffice: Till, way: str) -> None:
    refused = upload(backoffice, LARGE[way](mebibytes(32) + b"\n"))
    assert (refused.status, refused.code) == (413, "body_too_large")


def test_fifty_thousand_rows_take_little_of_the_servers_memory(backoffice: Till, served: Served) -> None:
    """The peak while they are read, above what the web processes have before."""
    content = b"sku,quantity,location\n" + b"TEA-80,7,shop\n" * 50_000
    before_mib = served.memory_from_now_mib()
    assert upload(backoffice, content).status == 202
    taken_mib = served.memory_peak_mib() - before_mib
    print(f"50,000 rows: {taken_mib} MiB")
    assert before_mib > 0
    assert taken_mib <= ROWS_MIB_MAX


def test_one_mebibyte_in_chunks_is_the_limit_elsewhere(pos: Till) -> None:
    refused = pos.call("POST", "/orders", in_pieces(b" " * (MEBIBYTE + 1), 65536))
    assert (refused.status, refused.code) == (413, "body_too_large")


def test_a_compressed_body_is_refused(pos: Till) -> None:
    refused = pos.call("POST", "/orders", b"\x1f\x8b", **{"Content-Encoding": "gzip"})
    assert (refused.status, refused.code) == (415, "encoding_not_taken")


def head(till: Till, content_type: str, length: str, *, path: str = "/inventory/import") -> bytes:
    return (
        f"POST /api/v1{path} HTTP/1.1\r\nHost: {urlsplit(till.client.url).netloc}\r\nConnection: close\r\n"
        f"Authorization: Bearer {till.key}\r\nIdempotency-Key: k1\r\nContent-Type: {content_type}\r\n"
        f"{length}\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("content_type", SENT)
@pytest.mark.parametrize("length", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_a_client_that_hangs_up_midway_has_done_nothing(
    backoffice: Till, shop: Shop, content_type: str, length: str
) -> None:
    content = SENT[content_type][:-30]
    body = b"%x\r\n%b\r\n" % (len(content), content) if "chunked" in length else content
    backoffice.client.raw([head(backoffice, content_type, length), body], hangs_up=True)
    assert upload(backoffice, b"sku,quantity\nTEA-80,5\n").status == 202, "the key was not used"
    assert Command.objects.filter(store_id=shop.store_id).count() == 1


@pytest.mark.parametrize("chunks", [[], [b"0\r\n\r\n"], [b"?\r\n"]], ids=["broken off", "ended", "broken"])
@pytest.mark.parametrize("call", ["cancel", "fulfill", "reserve"])
def test_a_command_in_chunks_of_which_nothing_comes_is_none(
    supervisor: Till, shop: Shop, call: str, chunks: list[bytes]
) -> None:
    """Else it would be one with all the defaults: a cancel would give back elsewhere than was asked for."""
    path = f"/orders/{supervisor.sell()}/{call}"
    sent = head(supervisor, "application/json", "Transfer-Encoding: chunked", path=path)
    assert supervisor.client.raw([sent, *chunks], ends=not chunks).startswith(b"HTTP/1.1 400 ")
    assert not Command.objects.filter(store_id=shop.store_id).exists()
    assert supervisor.post(path, key="k1").status == 202, "no body at all is said to be none"


@pytest.mark.parametrize("length", ["Content-Length: %d", "Transfer-Encoding: chunked"])
def test_a_form_without_its_end_is_none(backoffice: Till, shop: Shop, length: str) -> None:
    """It has all of its rows, and perhaps not all of its fields."""
    content_type, content = "multipart/form-data; boundary=till", FORM.removesuffix(b"--till--\r\n") + b"--till"
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(content), content) if "chunked" in length else content
    sent = head(backoffice, content_type, length.replace("%d", str(len(content))))
    assert backoffice.client.raw([sent, body]).startswith(b"HTTP/1.1 400 ")
    assert not Command.objects.filter(store_id=shop.store_id).exists()


@pytest.mark.parametrize("path", ["/inventory/import?rows=2", "/products/import?rows=2"])
def test_a_file_that_breaks_off_at_the_end_of_a_line_is_told_by_its_rows(
    backoffice: Till, shop: Shop, path: str
) -> None:
    """The chunk that says that it is the last one never comes."""
    content = b"sku,quantity\nTEA-80,7\n" if "inventory" in path else b"sku,name\nTEA-80,Changed\n"
    sent = head(backoffice, "text/csv", "Transfer-Encoding: chunked", path=path)
    answer = backoffice.client.raw([sent, b"%x\r\n%b\r\n" % (len(content), content)], ends=True)
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert b"Rows told: 2; rows found: 1." in answer
    assert not Command.objects.filter(store_id=shop.store_id).exists()
    assert not Product.objects.filter(store_id=shop.store_id, name="Changed").exists()


def test_without_its_rows_it_looks_whole(backoffice: Till) -> None:
    """As is said where imports are described. If the web server tells one day, it need not be."""
    content = b"sku,quantity\nTEA-80,7\n"
    sent = head(backoffice, "text/csv", "Transfer-Encoding: chunked")
    answer = backoffice.client.raw([sent, b"%x\r\n%b\r\n" % (len(content), content)], ends=True)
    assert answer.startswith(b"HTTP/1.1 202 ")
    said = document()["paths"]["/api/v1/inventory/import"]["post"]["parameters"]
    (rows,) = (one["description"] for one in said if one["name"] == "rows")
    assert "looks whole: only this tells of it" in rows


@pytest.mark.parametrize("content_type", SENT)
def test_as_many_rows_as_are_told_are_taken(backoffice: Till, content_type: str) -> None:
    for rows, status in ((1, 422), (3, 422), (2, 202)):
        taken = upload(backoffice, SENT[content_type], content_type, f"/inventory/import?rows={rows}")
        assert taken.status == status, rows


def test_refused_rows_are_rows(backoffice: Till) -> None:
    assert (
        upload(backoffice, b"sku,quantity\nTEA-80,7\nMUG-RED,x\n\n,\n", path="/inventory/import?rows=2").status == 202
    )

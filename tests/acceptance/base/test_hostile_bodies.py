"""Bodies made to cost memory: each is refused in a short answer, and takes a bounded amount of the web server's."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from orders.commands.core.roles import Role
from tests.support.network.web import WebClient
from tests.support.processes.served import Served
from tests.support.shop.till import Answer, Till

MEBIBYTE = 1024 * 1024
TAKEN_MIB_MAX = 64
IMPORT_MIB_MAX = 224
ANSWER_BYTES_MAX = 64 * 1024
VERDICTS_BYTES_MAX = 512 * 1024
ERRORS_MAX = 100
NDJSON = "application/x-ndjson"
JSON = "application/json"


def filled(piece: bytes, *, begin: bytes = b"", end: bytes = b"", between: bytes = b"", size: int = MEBIBYTE) -> bytes:
    """As many pieces as there is room for."""
    count = (size - len(begin) - len(end)) // (len(piece) + len(between))
    return begin + between.join([piece] * count) + end


def array(piece: bytes) -> bytes:
    return filled(piece, begin=b"[", end=b"]", between=b",")


def order(lines: bytes) -> bytes:
    begin = b'{"currency": "GBP", "fulfilment": "immediate", "lines": ['
    return filled(lines, begin=begin, end=b"]}", between=b",")


def rows(row: bytes) -> bytes:
    return filled(row, begin=b'{"items": [', end=b"]}", between=b",", size=32 * MEBIBYTE)


def fields(begin: bytes = b"{", *, end: bytes = b"}", size: int = MEBIBYTE) -> bytes:
    """Fields that nobody knows."""
    names = b",".join(b'"%x":1' % number for number in range((size - 100) // 11))
    return begin + names + end


ITEM = b'{"key": "k", "kind": "reserve", "order_id": "01a1fe16-acae-721c-a53e-11d390f4e92e", "body": '

UNKNOWN_ITEM = fields(ITEM + b"{}, ", end=b"}", size=1900)
WRONG_LINE = b'{"sku":0,"quantity":0,"unit_price_minor":"","a":0,"b":0,"c":0,"d":0}'

Made = Callable[[], bytes]
"""Made when it is sent: together they are hundreds of megabytes."""

HOSTILE: dict[str, tuple[str, Made]] = {
    "items that are empty objects": ("/commands", lambda: array(b"{}")),
    "items that are empty arrays": ("/commands", lambda: array(b"[]")),
    "items that are objects": ("/commands", lambda: array(b'{"a":0}')),
    "items that are text": ("/commands", lambda: array(b'"x"')),
    "one item of empty arrays": ("/commands", lambda: b"[%b]" % array(b"[]")[:-2]),
    "one item of unknown fields": ("/commands", lambda: fields(b"[" + ITEM + b"{}, ", end=b"}]")),
    "five hundred items of unknown fields": ("/commands", lambda: b"[%b]" % b",".join([UNKNOWN_ITEM] * 500)),
    "an item of a very long kind": ("/commands", lambda: b'[{"kind": "%b"}]' % (b"x" * 1_000_000)),
    "unknown fields": ("/orders", lambda: fields()),
    "a very long field": ("/orders", lambda: b'{"%b": 1}' % (b"x" * 1_000_000)),
    "one field over and over": ("/orders", lambda: filled(b'"a":[]', begin=b"{", end=b"}", between=b",")),
    "lines that are empty objects": ("/orders", lambda: order(b"{}")),
    "lines that are empty arrays": ("/orders", lambda: order(b"[]")),
    "lines of unknown fields": ("/orders", lambda: order(b'{"a":0,"b":0,"c":0}')),
    "five thousand lines of much that is wrong": ("/orders", lambda: order(WRONG_LINE + b" " * 150)),
    "nesting without end": ("/orders", lambda: b"[" * 1_000_000),
    "objects without end": ("/orders", lambda: b'{"a":' * 200_000),
    "numbers beyond all limits": ("/orders", lambda: order(b'{"sku":"A","quantity":1e999999}')),
    "numbers of 4,000 digits": ("/orders", lambda: order(b'{"sku":"A","quantity":%b}' % (b"9" * 4000))),
    "one number of a million digits": ("/orders", lambda: b"9" * 1_000_000),
    "halves of characters": ("/orders", lambda: order(b'{"sku":"\\ud800","quantity":1}')),
    "text with NUL": ("/orders", lambda: order(b'{"sku":"\\u0000","quantity":1}')),
    "escaped quotes": ("/commands", lambda: b'["' + b'\\"' * 500_000 + b"," * 600),
    "quotes": ("/commands", lambda: b"[" + b'"' * 1_000_000 + b"," * 600),
    "keys": ("/commands/lookup", lambda: filled(b'"x"', begin=b'{"keys": [', end=b"]}", between=b",")),
    "stock items": ("/inventory/receive", lambda: filled(b"{}", begin=b'{"items": [', end=b"]}", between=b",")),
    "tenders": (
        "/orders/01a1fe16-acae-721c-a53e-11d390f4e92e/pay",
        lambda: filled(b"{}", begin=b'{"tenders": [', end=b"]}", between=b","),
    ),
}
LINES: dict[str, Made] = {
    "lines that break off": lambda: filled(b"{\n"),
    "lines that are empty objects": lambda: filled(b"{}\n"),
    "lines of blanks": lambda: filled(b" \n"),
    "five hundred lines of unknown fields": lambda: b"\n".join([UNKNOWN_ITEM] * 500),
    "five hundred lines that break off": lambda: b"\n".join([b"[" * 2000] * 500),
}

IMPORTS: dict[str, Made] = {
    "rows that are empty objects": lambda: rows(b"{}"),
    "rows that are objects": lambda: rows(b'{"a":0}'),
    "rows that are text": lambda: rows(b'"x"'),
    "fifty thousand rows of much that is wrong": lambda: rows(WRONG_LINE + b" " * 610),
    "a row of unknown fields": lambda: fields(b'{"items":[{', end=b"}]}", size=32 * MEBIBYTE),
    "unknown fields": lambda: fields(size=32 * MEBIBYTE),
    "nesting without end": lambda: b"[" * 32 * MEBIBYTE,
    "commas within text": lambda: rows(b'{"sku":"%b"}' % (b"," * 32_000_000)),
}


@pytest.fixture(scope="module")
def till(served: Served) -> Till:
    return Till(served.keys[Role.BACKOFFICE], WebClient(served.url))


def errors_of(answer: Answer) -> list[list[Any]]:
    """Of the problem; or of each item's."""
    problems = [item["problem"] for item in answer.body["items"]] if "items" in answer.body else [answer.body]
    return [problem["errors"] for problem in problems]


def check_bounded(served: Served, send: Callable[[], Answer], mib_max: int) -> Answer:
    before_mib = served.memory_from_now_mib()
    answer = send()
    taken_mib = served.memory_peak_mib() - before_mib
    answer_bytes = len(json.dumps(answer.body))
    print(f"{taken_mib} MiB for {answer.status}, {answer_bytes} bytes")
    assert before_mib > 0
    assert taken_mib <= mib_max
    assert answer_bytes <= (VERDICTS_BYTES_MAX if "items" in answer.body else ANSWER_BYTES_MAX)
    assert all(len(errors) <= ERRORS_MAX for errors in errors_of(answer))
    return answer


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_body_is_refused_in_bounded_memory(served: Served, till: Till, what: str) -> None:
    path, made = HOSTILE[what]
    body = made()
    assert len(body) <= MEBIBYTE
    answer = check_bounded(served, lambda: till.call("POST", path, body, **{"Idempotency-Key": "k"}), TAKEN_MIB_MAX)
    assert answer.status in (400, 422) or {item["status"] for item in answer.body["items"]} == {"refused"}


@pytest.mark.parametrize("what", LINES)
def test_hostile_lines_are_refused_in_bounded_memory(served: Served, till: Till, what: str) -> None:
    content = LINES[what]()
    assert len(content) <= MEBIBYTE
    answer = check_bounded(
        served, lambda: till.call("POST", "/commands", content, **{"Content-Type": NDJSON}), TAKEN_MIB_MAX
    )
    assert answer.status == 422 or {item["status"] for item in answer.body["items"]} == {"refused"}


@pytest.mark.parametrize("what", IMPORTS)
def test_a_hostile_import_is_refused_in_bounded_memory(served: Served, till: Till, what: str) -> None:
    content = IMPORTS[what]()
    assert len(content) <= 32 * MEBIBYTE
    answer = check_bounded(served, lambda: till.call("POST", "/products/import", content), IMPORT_MIB_MAX)
    assert answer.status in (400, 422)

"""A receipt as a page that a browser prints: 80 mm wide, without scripts, and with nothing from elsewhere."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.support.shop.baskets import BASKET, line, list_goods, made, order
from tests.support.shop.papers import PAGE, asked, page, printed
from tests.support.shop.till import Till

HARMFUL = re.compile(r"<(script|img|link|iframe|object|embed|base|form|input|a|svg)\b", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _goods(backoffice: Till) -> None:
    list_goods(backoffice)
    backoffice.put("/store", {"locale": "en-GB"})


class Tags(HTMLParser):
    def __init__(self, content: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_says_what_the_text_says(pos: Till) -> None:
    order_id = made(pos, order(*BASKET, discount_percent="10"))["id"]
    words = "".join(page(pos, order_id).casefold().split())
    for text in printed(pos, order_id):
        for word in text.strip("-").casefold().split():
            assert word in words


def test_it_is_80_mm_wide_and_as_long_as_what_is_on_it(pos: Till) -> None:
    sizes = []
    for count in (1, 40):
        found = asked(pos, made(pos, order(*[line("TEA")] * count))["id"], Accept=PAGE).body
        (size,) = re.findall(r"@page \{ size: 80mm (\d+)mm;", found)
        sizes.append(int(size))
    assert sizes[0] + 40 * 2 * 4 < sizes[1]


def test_its_policy_allows_its_one_style_and_nothing_else(pos: Till) -> None:
    found = asked(pos, made(pos, order(line("TEA")))["id"], Accept=PAGE)
    (style,) = re.findall("<style>(.*?)</style>", found.body, re.DOTALL)
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = found.headers["Content-Security-Policy"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Cache-Control"] == "no-store"
    assert found.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "unsafe" not in policy
    assert f"style-src &#x27;sha256-{hashed}&#x27;" in found.body


def test_a_browser_till_prints_it_in_a_frame(pos: Till) -> None:
    """Fetched with the till's key it is put there without its headers: what it says itself lets it stand there."""
    found = asked(pos, made(pos, order(line("TEA")))["id"], Accept=PAGE)
    assert "frame-ancestors" not in found.body
    assert re.findall(r"https?:|url\(|@import", found.body) == []


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</bdi></p></style><script>alert(1)</script>",
        '" onload="alert(1)',
        "{{ style }} {% debug %}",
        "&lt;b&gt; &amp; '",
    ],
)
def test_names_are_text(pos: Till, backoffice: Till, name: str) -> None:
    backoffice.put("/products/TEA", {"name": name})
    backoffice.put("/store", {"name": name, "address": name, "receipt_footer": name})
    backoffice.put("/taxes/std", {"name": name})
    order_id = made(pos, order(line("TEA")))["id"]
    found = asked(pos, order_id, Accept=PAGE).body
    assert HARMFUL.search(found) is None
    tags = Tags(found)
    assert tags.open == []
    assert {attribute for attribute, _ in tags.attributes} <= {
        "lang",
        "dir",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
    }
    assert page(pos, order_id).count(name) >= 4


def test_what_turns_text_round_does_not_reach_it(pos: Till, backoffice: Till) -> None:
    backoffice.put("/products/TEA", {"name": "Tea\u202e99.0£\u2066\nx"})
    found = asked(pos, made(pos, order(line("TEA")))["id"], Accept=PAGE).body
    assert "<bdi>Tea99.0£ x</bdi>" in found


def test_amounts_of_a_language_from_right_to_left_stand_by_themselves(pos: Till, backoffice: Till) -> None:
    backoffice.put("/store", {"locale": "ar"})
    found = asked(pos, made(pos, order(line("TEA")))["id"], Accept=PAGE).body
    assert "<bdi>\u200f4.99\u00a0UK£</bdi>" in found
    assert '<bdi dir="ltr">1 × \u2068\u200f4.99\u00a0UK£\u2069</bdi>' in found, (
        "the price does not turn the count round"
    )

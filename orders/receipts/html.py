"""A receipt as a page, 80 mm wide, which a browser prints as it is: no script, and nothing from elsewhere."""

from base64 import b64encode
from hashlib import sha256

from django.template.loader import render_to_string

from orders.receipts.core.page import Page
from orders.receipts.core.receipt import Receipt
from orders.receipts.paper import paper
from orders.receipts.text import as_text

# A roll has no pages: the sheet is as long as what stands on it. Browsers cannot say that; a line takes no more.
_LINE_MM = 4.4
_AROUND_MM = 20

_STYLE = """
@page { size: 80mm %(height)dmm; margin: 4mm; }
* { margin: 0; padding: 0; box-sizing: border-box; }
body { width: 72mm; margin: 0 auto; padding: 2mm 0; background: #fff; color: #000;
    font: 9pt/1.35 system-ui, "Noto Sans", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
header, footer { text-align: center; }
h1 { margin: 2mm 0 1mm; font-size: 11pt; }
p, span { overflow-wrap: anywhere; }
section { padding: 1mm 0; border-top: 0.2mm dashed #000; }
.row { display: flex; justify-content: space-between; gap: 2mm; }
.value { flex: none; text-align: end; max-width: 48mm; }
.item, .row { break-inside: avoid; }
.note { padding-inline-start: 3mm; }
.strong { font-weight: bold; }
footer { padding-top: 2mm; border-top: 0.2mm dashed #000; }
@media screen { body { padding: 4mm 0; } }
"""


def as_page(receipt: Receipt) -> Page:
    """The page tells its policy itself too: a till that prints it in a frame has no headers to go by."""
    lines = as_text(receipt).count("\n")
    style = _STYLE % {"height": round(lines * _LINE_MM + _AROUND_MM)}
    hashed = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    content = render_to_string("orders/receipt.html", {"paper": paper(receipt), "style": style, "policy": policy})
    return Page(content, f"{policy}; frame-ancestors 'none'")

"""A receipt as JSON."""

from dataclasses import asdict, fields
from typing import Any

from orders.commands.core.tenders import PaymentKind
from orders.receipts.core.receipt import Receipt, ReceiptLine
from orders.receipts.core.sold import Moved

_PLAIN = [field.name for field in fields(Receipt)]


def as_json(receipt: Receipt) -> dict[str, Any]:
    store = asdict(receipt.store)
    return {
        **{name: getattr(receipt, name) for name in _PLAIN},
        "store": {**store, "address": store["address"] or None, "tax_id": store["tax_id"] or None},
        "lines": [_line(line) for line in receipt.lines],
        "subtotal_minor": receipt.subtotal_minor,
        "discount_minor": receipt.discount_minor,
        "tax_minor": receipt.tax_minor,
        "payments": [_payment(moved) for moved in receipt.payments],
        "change_minor": receipt.change_minor,
        "customer": asdict(receipt.customer) if receipt.customer else None,
        "footer": receipt.footer or None,
    }


def _line(line: ReceiptLine) -> dict[str, Any]:
    return {**asdict(line), "line_total_minor": line.total_minor}


def _payment(moved: Moved) -> dict[str, Any]:
    return {
        "kind": "payment" if moved.kind is PaymentKind.TENDER else "refund",
        "method": moved.method,
        "amount_minor": moved.amount_minor,
        "tendered_minor": moved.tendered_minor,
        "change_minor": moved.tendered_minor - moved.amount_minor,
        "reference": moved.reference,
        "provider": moved.provider,
    }

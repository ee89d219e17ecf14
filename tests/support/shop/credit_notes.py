"""Credit notes, as tests look at them."""

import csv
import io
from typing import Any

from django.utils import timezone

from orders.models import InvoiceNumber
from tests.support.shop.shop import Shop
from tests.support.shop.till import PREFIX, Till

ONE = [{"sku": "TEA-80", "quantity": 1, "condition": "sellable"}]
NONE = {"credit_note_number": None, "credit_note_pending": False}


def take_pool_away(shop: Shop) -> None:
    InvoiceNumber.objects.filter(store_id=shop.store_id, state="free").update(
        state="void", void_reason="emptied", voided_at=timezone.now(), voided_by="test"
    )


def noted(told: Any) -> dict[str, Any]:
    return {name: told["result"][name] for name in NONE}


def free(shop: Shop) -> list[str]:
    numbers = InvoiceNumber.objects.filter(store_id=shop.store_id, state="free").order_by("id")
    return list(numbers.values_list("number", flat=True))


def report(till: Till) -> dict[str, dict[str, str]]:
    answer: Any = till.client.get(f"{PREFIX}/invoice-pool/report", headers={"Authorization": f"Bearer {till.key}"})
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline=""))
    return {row["number"]: row for row in rows}

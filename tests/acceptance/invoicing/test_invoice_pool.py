"""GET /invoice-pool, GET /invoice-pool/report, POST /invoice-pool/void."""

import csv
import io
from typing import Any

import pytest
from django.utils import timezone

from orders.accounting.outside.relay import relay_outbox
from orders.commands.core.machine import Kind
from orders.invoicing.outside.refill import refill_invoice_pool
from orders.models import InvoiceNumber, InvoicePool
from tests.support.accounting.paper_books import PaperBooks
from tests.support.shop.passing_time import pass_time
from tests.support.shop.rung import execute
from tests.support.shop.shop import Shop
from tests.support.shop.till import PREFIX, Till


def report(till: Till) -> list[dict[str, str]]:
    answer: Any = till.client.get(f"{PREFIX}/invoice-pool/report", headers={"Authorization": f"Bearer {till.key}"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.streaming
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))


def sell(shop: Shop) -> Any:
    order_id, _ = shop.sale(("POSTAGE", 1))
    execute([order_id], helps=False)
    return order_id


def test_the_pool_tells_what_became_of_its_numbers_and_how_long_it_lasts(
    backoffice: Till, shop: Shop, settings: Any
) -> None:
    settings.INVOICE_POOL_LOW, settings.INVOICE_POOL_TARGET = 200, 210
    refill_invoice_pool(PaperBooks())
    sell(shop)
    relay_outbox(PaperBooks())
    sell(shop)
    InvoicePool.objects.update(burn_per_minute=2)
    pool = backoffice.get("/invoice-pool").body
    assert (pool["free"], pool["assigned"], pool["posted"], pool["void"]) == (198, 1, 1, 0)
    assert (pool["entries_pending"], pool["entries_parked"], pool["sales_waiting"]) == (1, 0, 0)
    assert pool["burn_per_minute"] >= 2
    assert pool["minutes_to_empty"] == pytest.approx(198 / pool["burn_per_minute"], rel=0.01)
    assert pool["last_refill"] is None
    execute([shop.sale(("POSTAGE", 1))[0] for _ in range(2)])
    refill_invoice_pool(PaperBooks())
    refill = backoffice.get("/invoice-pool").body["last_refill"]
    assert (refill["count"], refill["stored_count"], refill["error"]) == (14, 14, None)


def test_a_shop_that_numbers_its_sales_itself_has_no_pool_that_could_be_empty(
    backoffice: Till, shop: Shop, settings: Any
) -> None:
    refill_invoice_pool(PaperBooks())
    InvoicePool.objects.update(burn_per_minute=100)
    settings.INVOICE_NUMBER_GENERATOR = "tests.support.shop.generators.own_numbers"
    pool = backoffice.get("/invoice-pool").body
    assert (pool["low"], pool["target"], pool["burn_per_minute"]) == (0, 0, 0)
    assert (pool["minutes_to_empty"], pool["last_refill"]) == (None, None)


def test_the_marks_are_those_of_now(backoffice: Till, shop: Shop) -> None:
    refill_invoice_pool(PaperBooks())
    quiet = backoffice.get("/invoice-pool").body
    assert (quiet["low"], quiet["target"], quiet["minutes_to_empty"]) == (500, 2000, None)
    pass_time(seconds=1)
    InvoicePool.objects.update(burn_per_minute=100, sampled_at=timezone.now())
    rush = backoffice.get("/invoice-pool").body
    assert (rush["low"], rush["target"]) == (pytest.approx(750, abs=2), pytest.approx(3000, abs=8))


def test_a_free_number_is_voided_for_a_reason(backoffice: Till, shop: Shop) -> None:
    number = InvoiceNumber.objects.filter(store_id=shop.store_id).earliest("id").number
    voided = backoffice.post("/invoice-pool/void", {"number": number, "reason": "printed by mistake"})
    assert voided.status == 200
    assert (voided.body["state"], voided.body["void_reason"]) == ("void", "printed by mistake")
    row = InvoiceNumber.objects.get(number=number)
    assert (row.state, row.void_reason, row.voided_by) == ("void", "printed by mistake", "the backoffice")
    order_id = sell(shop)
    assert InvoiceNumber.objects.get(order_id=order_id).number != number
    assert backoffice.get("/invoice-pool").body["void"] == 1


def test_voiding_is_no_burning(backoffice: Till, shop: Shop) -> None:
    refill_invoice_pool(PaperBooks())
    numbers = InvoiceNumber.objects.filter(store_id=shop.store_id).values_list("number", flat=True)[:50]
    for number in list(numbers):
        backoffice.post("/invoice-pool/void", {"number": number, "reason": "spoilt"})
    assert backoffice.get("/invoice-pool").body["burn_per_minute"] == 0


def test_a_number_that_is_not_free_stays_what_it_is(backoffice: Till, shop: Shop) -> None:
    number = InvoiceNumber.objects.get(order_id=sell(shop)).number
    refused = backoffice.post("/invoice-pool/void", {"number": number, "reason": "mistake"})
    assert (refused.status, refused.code) == (409, "invoice_number_not_free")
    assert f"{number} is assigned" in refused.body["detail"]
    assert InvoiceNumber.objects.get(number=number).state == "assigned"


def test_another_stores_number_is_not_there(elsewhere: Till, shop: Shop) -> None:
    number = InvoiceNumber.objects.filter(store_id=shop.store_id).earliest("id").number
    missing = elsewhere.post("/invoice-pool/void", {"number": number, "reason": "mistake"})
    assert (missing.status, missing.code) == (404, "invoice_number_not_found")
    assert InvoiceNumber.objects.get(number=number).state == "free"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"reason": "mistake"}, ["#/number"]),
        ({"number": "INV-1"}, ["#/reason"]),
        ({"number": "INV-1", "reason": ""}, ["#/reason"]),
        ({"number": "x" * 65, "reason": "mistake"}, ["#/number"]),
        ({"number": "INV-1", "reason": "mis\0take"}, ["#/reason"]),
        ({"number": "INV-1", "reason": "mistake", "order": None}, ["#/order"]),
    ],
)
def test_a_bad_body_is_pointed_at(backoffice: Till, body: Any, pointers: list[str]) -> None:
    refused = backoffice.post("/invoice-pool/void", body)
    assert (refused.status, refused.pointers) == (422, pointers)


def test_only_backoffice_voids(pos: Till, supervisor: Till, auditor: Till, shop: Shop) -> None:
    number = InvoiceNumber.objects.filter(store_id=shop.store_id).earliest("id").number
    for till in (pos, supervisor, auditor):
        assert till.post("/invoice-pool/void", {"number": number, "reason": "mistake"}).code == "role_not_allowed"
    assert InvoiceNumber.objects.get(number=number).state == "free"


def test_the_auditor_reads_what_became_of_every_number(auditor: Till, backoffice: Till, shop: Shop) -> None:
    refilled = PaperBooks(next_answers=[lambda: ["A-1", "A-2", "A-3", "A-6", "A-7"]])
    InvoiceNumber.objects.filter(store_id=shop.store_id).update(
        state="void", void_reason="=HYPERLINK(1)", voided_at=timezone.now(), voided_by="test"
    )
    refill_invoice_pool(refilled)
    sold, cancelled = sell(shop), sell(shop)
    shop.submit(Kind.CANCEL, cancelled)
    execute([cancelled], helps=False)
    relay_outbox(PaperBooks())
    backoffice.post("/invoice-pool/void", {"number": "A-6", "reason": "torn, twice"})
    rows = report(auditor)
    assert len(rows) == InvoiceNumber.objects.filter(store_id=shop.store_id).count()
    assert rows[0]["void_reason"] == "'=HYPERLINK(1)", "a spreadsheet must not run it"
    of = {row["number"]: row for row in rows}
    assert (of["A-1"]["state"], of["A-1"]["order_id"], of["A-1"]["order_status"]) == ("posted", str(sold), "paid")
    assert (of["A-1"]["accounting_reference"], of["A-1"]["credit_notes"]) == ("JE-1", "")
    assert (of["A-2"]["order_status"], of["A-2"]["credit_notes"]) == ("cancelled", "A-3")
    assert (of["A-3"]["credit_note_of"], of["A-3"]["accounting_reference"]) == ("A-2", "JE-3")
    assert [of[number]["missing_before"] for number in ("A-2", "A-3", "A-6", "A-7")] == ["0", "0", "2", "0"]
    assert (of["A-6"]["state"], of["A-6"]["void_reason"]) == ("void", "torn, twice")
    assert (of["A-7"]["state"], of["A-7"]["order_number"], of["A-7"]["refill"] != "") == ("free", "", True)


def test_the_report_is_read_a_page_at_a_time_and_of_the_own_store(
    auditor: Till, elsewhere: Till, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.invoicing.db.series.PAGE", 7)
    own, other = report(auditor), report(elsewhere)
    assert [len(own), len(other)] == [200, 200]
    assert {row["store"] for row in own} == {"corner"}
    assert [row["number"] for row in own] == sorted(row["number"] for row in own)
    assert {row["number"] for row in own}.isdisjoint(row["number"] for row in other)


def test_a_till_may_not_read_the_report(pos: Till) -> None:
    assert pos.get("/invoice-pool/report").code == "role_not_allowed"

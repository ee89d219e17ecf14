"""GET /taxes, PUT /taxes/{code}, and the tax of a product."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inventory.models import Product, Tax
from tests.support.shop.till import Till

VAT: dict[str, Any] = {"name": "VAT", "rate": "20", "account": "2200"}
CHAI: dict[str, Any] = {"name": "Chai, 100 g", "price_minor": 450, "currency": "GBP"}


def today() -> str:
    return timezone.now().date().isoformat()


def test_a_tax_is_made_then_changed(backoffice: Till, pos: Till) -> None:
    made = backoffice.put("/taxes/std", VAT)
    assert made.status == 201
    assert made.body == {"code": "std", **VAT, "rates": [{"valid_from": today(), "rate": "20"}]}
    assert pos.get("/taxes").body["items"] == [made.body]
    changed = backoffice.put("/taxes/std", {"name": "Value added tax", "account": None})
    assert (changed.status, changed.body) == (200, made.body | {"name": "Value added tax", "account": None})
    assert backoffice.put("/taxes/std", {}).body == changed.body


def test_they_are_listed_a_page_at_a_time(backoffice: Till, auditor: Till) -> None:
    for code in ("std", "red", "zero"):
        backoffice.put(f"/taxes/{code}", VAT)
    first = auditor.get("/taxes?limit=2").body
    assert [one["code"] for one in first["items"]] == ["zero", "red"]
    rest = auditor.get(f"/taxes?limit=2&cursor={first['next_cursor']}").body
    assert ([one["code"] for one in rest["items"]], rest["next_cursor"]) == (["std"], None)


def test_rates_have_their_days(backoffice: Till, pos: Till) -> None:
    backoffice.put("/taxes/std", {**VAT, "rate": "19", "valid_from": "2020-01-01"})
    backoffice.put("/taxes/std", {"rate": "25", "valid_from": "2099-01-01"})
    changed = backoffice.put("/taxes/std", {"rate": "16.50", "valid_from": "2020-07-01"})
    by_day = [("2020-01-01", "19"), ("2020-07-01", "16.5"), ("2099-01-01", "25")]
    assert [(one["valid_from"], one["rate"]) for one in changed.body["rates"]] == by_day
    assert changed.body["rate"] == "16.5"
    assert pos.get("/taxes").body["items"] == [changed.body]


@pytest.mark.parametrize(("given", "told"), [("05", "5"), ("00", "0"), ("0.0", "0"), ("00.5", "0.5"), ("7.70", "7.7")])
def test_one_rate_is_one_text(backoffice: Till, given: str, told: str) -> None:
    assert backoffice.put("/taxes/std", {**VAT, "rate": given}).body["rates"] == [{"valid_from": today(), "rate": told}]


def test_another_rate_without_a_day_counts_from_today_and_the_same_day_replaces(backoffice: Till) -> None:
    backoffice.put("/taxes/std", {**VAT, "valid_from": "2020-01-01"})
    assert len(backoffice.put("/taxes/std", {"rate": "20.0"}).body["rates"]) == 1
    for rate in ("21", "22"):
        changed = backoffice.put("/taxes/std", {"rate": rate}).body
        assert changed["rate"] == rate
        assert changed["rates"][1:] == [{"valid_from": today(), "rate": rate}]


def test_a_first_rate_holds_for_all_days_before(backoffice: Till) -> None:
    assert backoffice.put("/taxes/std", {**VAT, "valid_from": "2099-01-01"}).body["rate"] == "20"


def test_today_is_the_stores(backoffice: Till) -> None:
    """Between these two clocks there is always a midnight."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        backoffice.put("/store", {"time_zone": zone})
        told = backoffice.put("/taxes/std", VAT | {"rate": str(len(zone))}).body
        days = {one["rate"]: one["valid_from"] for one in told["rates"]}
        assert days[str(len(zone))] == datetime.now(ZoneInfo(zone)).date().isoformat()


def test_an_order_has_the_first_rate_on_all_days_before_its_own(backoffice: Till, pos: Till) -> None:
    backoffice.put("/taxes/std", {**VAT, "valid_from": "2099-01-01"})
    backoffice.put("/taxes/std", {"rate": "25", "valid_from": "2100-01-01"})
    long_ago = (datetime.now(UTC) - timedelta(days=300)).isoformat()
    for sold_at in (None, long_ago):
        assert _rate(pos, sold_at) == "20"


def test_an_order_has_the_rate_of_its_day_in_the_stores_zone(backoffice: Till, pos: Till) -> None:
    """On Christmas Island a day begins at ten in the morning of the day before, by the world's clock."""
    backoffice.put("/store", {"time_zone": "Pacific/Kiritimati"})
    now = datetime.now(UTC)
    day = now.date() - timedelta(days=2)
    backoffice.put("/taxes/std", {**VAT, "rate": "10", "valid_from": "2000-01-01"})
    backoffice.put("/taxes/std", {"rate": "25", "valid_from": day.isoformat()})
    before = f"{day - timedelta(days=1)}"
    assert _rate(pos, f"{before}T09:59:59Z") == "10"
    assert _rate(pos, f"{before}T10:00:00Z") == "25"
    assert _rate(pos, f"{day}T00:00:00+14:00") == "25"


def _rate(pos: Till, sold_at: str | None) -> Any:
    lines = [{"sku": "TEA-80", "quantity": 1, "tax_code": "std"}]
    order = {"currency": "GBP", "fulfilment": "immediate", "lines": lines, "sold_at": sold_at}
    (tax,) = pos.post("/orders?dry_run=true", order).body["taxes"]
    return tax["rate"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "VAT"}, "rate"),
        ({"rate": "20"}, "name"),
        ({**VAT, "name": None}, "name"),
        ({**VAT, "rate": None}, "rate"),
        ({**VAT, "rate": 20}, "rate"),
        ({**VAT, "rate": 8.875}, "rate"),
        ({**VAT, "rate": "20 %"}, "rate"),
        ({**VAT, "rate": "100.1"}, "rate"),
        ({**VAT, "rate": "٢٠"}, "rate"),
        ({**VAT, "valid_from": "1.1.2026"}, "valid_from"),
        ({**VAT, "valid_from": 0}, "valid_from"),
        ({**VAT, "account": ""}, "account"),
        ({**VAT, "code": "std"}, "code"),
    ],
)
def test_what_no_tax_is(backoffice: Till, body: dict[str, Any], pointer: str) -> None:
    refused = backoffice.put("/taxes/std", body)
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/{pointer}"])
    assert not Tax.objects.exists()


def test_a_day_without_a_rate_is_refused(backoffice: Till) -> None:
    backoffice.put("/taxes/std", VAT)
    assert backoffice.put("/taxes/std", {"valid_from": "2026-01-01"}).pointers == ["#/rate"]


def test_only_the_back_office_makes_taxes_and_only_its_own(
    pos: Till, supervisor: Till, auditor: Till, elsewhere: Till, backoffice: Till
) -> None:
    for till in (pos, supervisor, auditor):
        assert till.put("/taxes/std", VAT).code == "role_not_allowed"
    elsewhere.put("/taxes/std", {**VAT, "rate": "5"})
    assert backoffice.get("/taxes").body["items"] == []
    refused = backoffice.put("/products/CHAI", {**CHAI, "tax_code": "std"})
    assert (refused.status, refused.code, refused.pointers) == (422, "tax_not_found", ["#/tax_code"])
    assert backoffice.put("/taxes/std", VAT).status == 201
    assert elsewhere.get("/taxes").body["items"][0]["rate"] == "5"


def test_a_product_has_a_tax_a_unit_and_decimals(backoffice: Till, pos: Till) -> None:
    backoffice.put("/taxes/std", VAT)
    by_weight = {"tax_code": "std", "unit": "kg", "quantity_decimals": 3}
    made = backoffice.put("/products/CHAI", {**CHAI, **by_weight})
    assert made.body == {"sku": "CHAI", "gtin": None, **CHAI, **by_weight, "tracks_stock": True}
    assert pos.get("/products?query=CHAI").body["items"] == [made.body]
    assert backoffice.put("/products/CHAI", {}).body == made.body
    cleared = backoffice.put("/products/CHAI", dict.fromkeys(by_weight))
    assert cleared.body == made.body | {"tax_code": None, "unit": "piece", "quantity_decimals": 0}


@pytest.mark.parametrize(
    ("field", "value"),
    [("unit", ""), ("unit", " kg"), ("quantity_decimals", 4), ("quantity_decimals", -1), ("quantity_decimals", "3")],
)
def test_what_no_product_has(backoffice: Till, field: str, value: Any) -> None:
    assert backoffice.put("/products/CHAI", {**CHAI, field: value}).pointers == [f"#/{field}"]


def test_a_file_of_products_has_these_columns_too(backoffice: Till) -> None:
    backoffice.put("/taxes/std", VAT)
    file = (
        "sku,name,price_minor,currency,tax_code,unit,quantity_decimals\n"
        "CHAI,Chai,450,GBP,std,kg,3\nSENCHA,Sencha,480,GBP,,,\nMATCHA,Matcha,990,GBP,luxury,,\n"
    )
    read = backoffice.call("POST", "/products/import", file.encode(), **{"Content-Type": "text/csv"}).body
    assert [(row["line"], row["sku"], row["code"]) for row in read["rows"]] == [(4, "MATCHA", "tax_not_found")]
    found = Product.objects.filter(sku__in=["CHAI", "SENCHA", "MATCHA"]).order_by("sku")
    assert list(found.values_list("sku", "tax_code", "unit", "quantity_decimals")) == [
        ("CHAI", "std", "kg", 3),
        ("SENCHA", None, "piece", 0),
    ]


def test_quantities_that_are_written_down_stay_what_they_are(backoffice: Till, pos: Till) -> None:
    backoffice.put("/products/NEW", {**CHAI, "quantity_decimals": 2})
    assert backoffice.put("/products/NEW", {"quantity_decimals": 3}).status == 200
    pos.sell(("NEW", 1))
    pos.sell(("POSTAGE", 1))
    for sku in ("NEW", "POSTAGE", "MUG-RED"):
        refused = backoffice.put(f"/products/{sku}", {"quantity_decimals": 1})
        assert (refused.status, refused.code, refused.pointers) == (422, "product_in_use", ["#/quantity_decimals"])
    assert backoffice.put("/products/NEW", {"quantity_decimals": None}).code == "product_in_use"
    rows = {"items": [{"sku": "NEW", "quantity_decimals": 1}, {"sku": "POSTAGE", "price_minor": 1}]}
    imported = backoffice.post("/products/import", rows).body
    assert [(row["sku"], row["code"]) for row in imported["rows"]] == [("NEW", "product_in_use")]
    file = b"sku,quantity_decimals\nNEW,\n"
    read = backoffice.call("POST", "/products/import", file, **{"Content-Type": "text/csv"}).body
    assert [(row["line"], row["code"]) for row in read["rows"]] == [(2, "product_in_use")]
    assert backoffice.put("/products/NEW", {"quantity_decimals": 3, "price_minor": 1}).status == 200


def test_the_database_keeps_a_products_tax_in_its_store(elsewhere: Till, backoffice: Till) -> None:
    elsewhere.put("/taxes/std", VAT)
    with pytest.raises(IntegrityError, match="product_tax_of_its_store"), transaction.atomic():
        Product.objects.filter(sku="TEA-80").update(tax_code="std")


@pytest.mark.parametrize("sql", ["DELETE FROM inventory_tax", "UPDATE inventory_tax SET code = 'other'"])
def test_a_tax_stays(backoffice: Till, sql: str) -> None:
    backoffice.put("/taxes/std", VAT)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(sql)

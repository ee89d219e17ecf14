"""GET /store and PUT /store: what a store decides for all its sales."""

from typing import Any
from zoneinfo import available_timezones

import pytest

from base.zones import is_zone
from inventory.models import Store
from orders.commands.core.roles import Role
from tests.support.processes.served import Served
from tests.support.shop.till import Till

DEFAULTS: dict[str, Any] = {
    "name": "Corner",
    "address": None,
    "tax_id": None,
    "currency": "GBP",
    "time_zone": "UTC",
    "locale": "en",
    "day_starts_at": "00:00",
    "prices_include_tax": True,
    "cash_rounding_minor": 1,
    "require_drawer": False,
    "pos_discount_limit_percent": None,
    "receipt_footer": None,
}
NO_LOCALE = "must be a locale that there is: a language, with its country where that matters, as en-GB"
OTHERS: dict[str, Any] = {
    "name": "North Street",
    "address": "1 North Street\nLeeds",
    "tax_id": "GB 123 4567 89",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "locale": "de-DE",
    "day_starts_at": "04:00",
    "prices_include_tax": False,
    "cash_rounding_minor": 5,
    "require_drawer": True,
    "pos_discount_limit_percent": "12.5",
    "receipt_footer": "Thank you!",
}


@pytest.mark.usefixtures("chain")
def test_every_role_reads_its_store(pos: Till, supervisor: Till, backoffice: Till, auditor: Till) -> None:
    for till in (pos, supervisor, backoffice, auditor):
        assert till.get("/store").body == DEFAULTS


def test_all_of_it_can_be_changed_and_cleared(backoffice: Till, pos: Till) -> None:
    assert backoffice.put("/store", OTHERS).body == OTHERS
    assert pos.get("/store").body == OTHERS
    kept = ("name", "currency")
    cleared = backoffice.put("/store", {field: None for field in OTHERS if field not in kept})
    assert cleared.body == DEFAULTS | {field: OTHERS[field] for field in kept}


@pytest.mark.parametrize("field", OTHERS)
def test_what_is_left_out_stays(backoffice: Till, field: str) -> None:
    assert backoffice.put("/store", {field: OTHERS[field]}).body == DEFAULTS | {field: OTHERS[field]}
    assert backoffice.put("/store", {}).body == DEFAULTS | {field: OTHERS[field]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("currency", None),
        ("currency", "gbp"),
        ("name", "North\nStreet"),
        ("name", "x" * 201),
        ("currency", "GPB"),
        ("currency", "DDM"),
        ("currency", "XAU"),
        ("address", "x" * 501),
        ("address", "1 North Street\x1b[2J"),
        ("address", "Leeds\tYork"),
        ("receipt_footer", "x" * 501),
        ("receipt_footer", "\x1d\x56\x00"),
        ("receipt_footer", "Thank you!\u2028"),
        ("receipt_footer", "Thank\ryou"),
        ("tax_id", " 12"),
        ("time_zone", "Europe/Atlantis"),
        ("time_zone", "europe/london"),
        ("time_zone", "localtime"),
        ("time_zone", "Factory"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "+02:00"),
        ("time_zone", ""),
        ("locale", "e"),
        ("locale", ""),
        ("locale", "xx"),
        ("locale", "xx-GB"),
        ("locale", "en-XX"),
        ("locale", "en-ZZ"),
        ("locale", "en-Nowhere"),
        ("locale", "en_GB"),
        ("locale", "en-GB-"),
        ("locale", "en-GB-en"),
        ("locale", "und"),
        ("locale", "root"),
        ("locale", "zz-Zzzz-ZZ"),
        ("locale", "en" + "-GB" * 20),
        ("locale", 1),
        ("day_starts_at", "4:00"),
        ("day_starts_at", "24:00"),
        ("day_starts_at", "04:00:00"),
        ("day_starts_at", 4),
        ("prices_include_tax", "yes"),
        ("cash_rounding_minor", 0),
        ("cash_rounding_minor", "5"),
        ("pos_discount_limit_percent", 12.5),
        ("pos_discount_limit_percent", 12),
        ("pos_discount_limit_percent", "101"),
        ("pos_discount_limit_percent", "100.0001"),
        ("pos_discount_limit_percent", "1.00001"),
        ("pos_discount_limit_percent", "-1"),
        ("pos_discount_limit_percent", "1e1"),
        ("pos_discount_limit_percent", " 1"),
        ("code", "north"),
    ],
)
def test_what_cannot_be(backoffice: Till, field: str, value: Any) -> None:
    refused = backoffice.put("/store", {"receipt_footer": "not taken", field: value})
    assert (refused.status, refused.code, refused.pointers) == (422, "validation_failed", [f"#/{field}"])
    assert backoffice.get("/store").body == DEFAULTS


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("locale", "xx-GB", NO_LOCALE),
        ("locale", "e", NO_LOCALE),
        ("time_zone", "Factory", "must be a time zone of the IANA database, as Europe/London"),
        ("currency", "GPB", "must be a currency of ISO 4217, as GBP"),
        ("receipt_footer", "\x1b@", "it holds a control character"),
    ],
)
def test_what_is_wrong_is_told(served: Served, field: str, value: str, told: str) -> None:
    refused = served.call("PUT", "/store", {field: value}, role=Role.BACKOFFICE)
    assert (refused.status, refused.body["code"]) == (422, "validation_failed")
    assert [error["detail"] for error in refused.body["errors"]] == [told]


@pytest.mark.parametrize("locale", ["en", "de-AT", "zh-CN", "zh-Hant-TW", "sr-RS", "sr-Latn", "es-419", "nb", "fil"])
def test_locales_that_there_are(backoffice: Till, locale: str) -> None:
    assert backoffice.put("/store", {"locale": locale}).body == DEFAULTS | {"locale": locale}


def test_lines_are_those_of_any_system(backoffice: Till) -> None:
    told = backoffice.put("/store", {"address": "1 North Street\r\nLeeds", "receipt_footer": "a\n\nb"}).body
    assert (told["address"], told["receipt_footer"]) == ("1 North Street\nLeeds", "a\n\nb")


def test_every_zone_that_is_taken_has_a_today(backoffice: Till) -> None:
    for zone in sorted(filter(is_zone, available_timezones()))[::60]:
        assert backoffice.put("/store", {"time_zone": zone}).status == 200, zone
        assert backoffice.get("/taxes").status == 200, zone


@pytest.mark.parametrize(
    ("given", "told"), [("20", "20"), ("8.8750", "8.875"), ("0", "0"), ("0.0", "0"), ("100.0", "100"), ("10", "10")]
)
def test_a_percentage_is_told_without_trailing_zeros(backoffice: Till, given: str, told: str) -> None:
    changed = backoffice.put("/store", {"pos_discount_limit_percent": given})
    assert changed.body["pos_discount_limit_percent"] == told
    assert backoffice.get("/store").body == changed.body


def test_orders_keep_the_store_in_its_currency(backoffice: Till, pos: Till) -> None:
    pos.sell(("TEA-80", 1))
    refused = backoffice.put("/store", {"currency": "EUR", "name": "Not taken"})
    assert (refused.status, refused.code) == (409, "currency_in_use")
    assert backoffice.put("/store", {"currency": "GBP"}).body == DEFAULTS


def test_only_the_back_office_changes_a_store_and_only_its_own(
    pos: Till, supervisor: Till, auditor: Till, elsewhere: Till, backoffice: Till
) -> None:
    for till in (pos, supervisor, auditor):
        refused = till.put("/store", {"name": "Mine"})
        assert (refused.status, refused.code) == (403, "role_not_allowed")
        assert "backoffice" in refused.body["detail"]
    assert elsewhere.put("/store", {"name": "Theirs"}).status == 200
    assert backoffice.get("/store").body == DEFAULTS
    assert Store.objects.filter(name="Theirs").count() == 1

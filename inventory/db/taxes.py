"""A store's taxes as they are read and written."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from pydantic_core import to_json

from base.sql.retry_transient import again
from base.sql.sets import cursor, dicts
from inventory.core.products import Refused
from inventory.core.taxes import Rate, Tax, TaxFields, edited_tax
from inventory.db.catalogue import lock_catalogue

_RATES = """
    (SELECT json_agg(json_build_object('valid_from', valid_from, 'rate', trim_scale(rate)::text) ORDER BY valid_from)
     FROM inventory_taxrate WHERE tax_id = tax.id) AS rates
"""

_PAGE = f"""
    SELECT id, code, name, nullif(account, '') AS account, {_RATES} FROM inventory_tax AS tax
    WHERE store_id = %(store_id)s AND id < coalesce(%(before)s::bigint, 9223372036854775807)
    ORDER BY id DESC LIMIT %(limit)s
"""

_BY_ID = f"""
    SELECT id, code, name, nullif(account, '') AS account, {_RATES} FROM inventory_tax AS tax
    WHERE id = ANY(%b) AND store_id = %s
"""

_BEFORE = f"SELECT code, name, account, {_RATES} FROM inventory_tax AS tax WHERE store_id = %s AND code = %s"

_CODES = "SELECT code FROM inventory_tax WHERE store_id = %s AND code = ANY(%b)"

_ZONE = "SELECT time_zone FROM inventory_store WHERE id = %s"

_PUT = """
    INSERT INTO inventory_tax (store_id, code, name, account)
    VALUES (%(store_id)s, %(code)s, %(name)s, %(account)s)
    ON CONFLICT (store_id, code) DO UPDATE SET name = excluded.name, account = excluded.account
    RETURNING id
"""

_PUT_RATES = """
    INSERT INTO inventory_taxrate (store_id, tax_id, valid_from, rate)
    SELECT %(store_id)s, %(tax_id)s, valid_from, rate
    FROM json_to_recordset(%(rates)s::json) AS given (valid_from date, rate numeric)
    ON CONFLICT (tax_id, valid_from) DO UPDATE SET rate = excluded.rate
"""


def taxes_page(store_id: int, *, limit: int, before: int | None) -> list[dict[str, Any]]:
    """The newest first, from the one after `before`."""
    return dicts(_PAGE, {"store_id": store_id, "before": before, "limit": limit})


def taxes_by_id(store_id: int, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    return {row.pop("id"): row for row in dicts(_BY_ID, (list(ids), store_id))}


def codes_of(store_id: int, codes: Collection[str]) -> set[str]:
    """Those of them that the store has."""
    return {code for (code,) in cursor().execute(_CODES, (store_id, list(codes)))} if codes else set()


def today_in(store_id: int) -> date:
    """By the clock on the store's wall."""
    row = cursor().execute(_ZONE, (store_id,)).fetchone()
    assert row is not None
    return timezone.now().astimezone(ZoneInfo(row[0])).date()


@again
@transaction.atomic
def edit_tax(store_id: int, code: str, named: TaxFields) -> tuple[Tax | Refused, bool]:
    """The tax as it is now, and whether it was made."""
    lock_catalogue(store_id)
    before = _before(store_id, code)
    tax = edited_tax(code, named, before, today=today_in(store_id))
    if isinstance(tax, Tax) and tax != before:
        _put(store_id, tax)
    return tax, before is None


def _before(store_id: int, code: str) -> Tax | None:
    row = cursor().execute(_BEFORE, (store_id, code)).fetchone()
    if row is None:
        return None
    code, name, account, rates = row
    return Tax(code=code, name=name, account=account, rates=tuple(map(rate_of, rates)))


def rate_of(row: Mapping[str, str]) -> Rate:
    return Rate(date.fromisoformat(row["valid_from"]), row["rate"])


def _put(store_id: int, tax: Tax) -> None:
    row = {"store_id": store_id, "code": tax.code, "name": tax.name, "account": tax.account}
    made = cursor().execute(_PUT, row).fetchone()
    assert made is not None
    rates = to_json([{"valid_from": one.valid_from, "rate": one.rate} for one in tax.rates]).decode()
    cursor().execute(_PUT_RATES, {"store_id": store_id, "tax_id": made[0], "rates": rates})

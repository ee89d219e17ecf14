"""The words on receipts, in the language of the store's locale; in English where there are none."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orders.commands.core.tenders import Method

FALLBACK = "en"
_TABLE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    receipt: str
    part_payment: str
    pro_forma: str
    credit_note: str
    deposit_given_back: str
    invoice: str
    number_follows: str
    order: str
    date: str
    business_day: str
    customer: str
    tax_number: str
    less_discount: str
    subtotal: str
    discount: str
    tax_left_away: str
    tax: str
    total: str
    rounding: str
    paid_before: str
    given_back: str
    change: str
    still_to_be_paid: str
    tax_on: str
    no_invoice: str
    invoice_comes: str
    tax_exempt: str
    cash: str
    card: str
    online: str
    transfer: str
    voucher: str

    def method(self, method: str) -> str:
        said: str = getattr(self, Method(method))
        return said


def words_of(locale: str) -> Words:
    """A locale begins with its language."""
    table = words()
    return table.get(locale.split("-")[0].casefold(), table[FALLBACK])


@cache
def words() -> Mapping[str, Words]:
    table = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {language: Words(language=language, **said) for language, said in table.items()}

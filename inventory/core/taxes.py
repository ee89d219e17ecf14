"""What a tax is, which of its rates a day has, and what becomes of it when somebody names some of its fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from inventory.core.products import Refused


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate`: in percent, as decimal text."""

    valid_from: date
    rate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax:
    """`rates`: by day, at least one."""

    code: str
    name: str
    account: str
    rates: tuple[Rate, ...]


class TaxFields(TypedDict, total=False):
    """What is to change of a tax. `valid_from`: of the rate."""

    name: str
    account: str | None
    rate: str
    valid_from: date | None


def rate_on(rates: Sequence[Rate], day: date) -> str:
    """The first one also holds for all days before."""
    begun = [one.rate for one in rates if one.valid_from <= day]
    return begun[-1] if begun else rates[0].rate


def edited_tax(code: str, named: TaxFields, before: Tax | None, *, today: date) -> Tax | Refused:
    """What is absent stays; null clears the account. Another rate counts from today unless a day is named, and takes
    the place of one that has the same day."""
    for field in ("name", "rate"):
        if before is None and field not in named:
            return Refused(code="validation_failed", field=field, detail=f"A new tax needs a {field}.")
    since = named.get("valid_from")
    if since is not None and "rate" not in named:
        return Refused(code="validation_failed", field="rate", detail="A day is that of a rate: name both.")
    rates = before.rates if before else ()
    if "rate" in named:
        rates = _with(rates, named["rate"], since=since, today=today)
    account = named.get("account", before.account if before else "") or ""
    return Tax(code=code, name=named.get("name", before.name if before else ""), account=account, rates=rates)


def _with(rates: tuple[Rate, ...], rate: str, *, since: date | None, today: date) -> tuple[Rate, ...]:
    """The rate that holds today, named again without a day, changes nothing."""
    if since is None and rates and rate_on(rates, today) == rate:
        return rates
    new = Rate(since or today, rate)
    others = [one for one in rates if one.valid_from != new.valid_from]
    return tuple(sorted([*others, new], key=lambda one: one.valid_from))

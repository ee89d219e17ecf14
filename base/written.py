"""Amounts, quantities, percentages and times as people write them, in a store's locale and zone.

Locale data takes some megabytes a process: it is read when something is first written, which workers never do.
"""

from copy import copy
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import NumberPattern

from base.currencies import decimals_of
from base.locales import locale_named

PERCENT_DECIMALS = (0, 4)
KEPT_MAX = 64


def amount(minor: int, currency: str, locale: str) -> str:
    decimals = decimals_of(currency)
    pattern = _pattern(locale, "currency_formats", "standard", (decimals, decimals))
    value = Decimal(minor).scaleb(-decimals)
    return str(pattern.apply(value, _locale(locale), currency=currency, currency_digits=False))


def quantity(steps: int, decimals: int, locale: str) -> str:
    """`steps`: of which 10 to the power of `decimals` make a unit; all of them are written, as scales do."""
    pattern = _pattern(locale, "decimal_formats", None, (decimals, decimals))
    return str(pattern.apply(Decimal(steps).scaleb(-decimals), _locale(locale)))


def percentage(percent: str, locale: str) -> str:
    pattern = _pattern(locale, "percent_formats", None, PERCENT_DECIMALS)
    return str(pattern.apply(Decimal(percent).scaleb(-2), _locale(locale)))


def moment(at: datetime, zone: str, locale: str) -> str:
    """A day and the time on the wall there, to the minute."""
    local, found = at.astimezone(ZoneInfo(zone)), _locale(locale)
    both = str(found.datetime_formats["medium"]).replace("'", "")
    return both.replace("{0}", format_time(local, "short", locale=found)).replace("{1}", day(local.date(), locale))


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def day(on: date, locale: str) -> str:
    return format_date(on, "medium", locale=_locale(locale))


@lru_cache(maxsize=KEPT_MAX)
def _locale(code: str) -> Locale:
    return locale_named(code)


@lru_cache(maxsize=KEPT_MAX)
def _pattern(locale: str, kind: str, name: str | None, decimals: tuple[int, int]) -> NumberPattern:
    """The locale's own, but for how many decimals are written: at least and at most."""
    pattern: NumberPattern = copy(getattr(_locale(locale), kind)[name])
    pattern.frac_prec = decimals
    return pattern

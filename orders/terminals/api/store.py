"""The caller's store: what it decides for all its sales."""

from datetime import time
from typing import Annotated, Any, cast

from django.http import HttpResponse
from ninja import Router
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictBool, WithJsonSchema

from base.codes import lines_without_controls, without_controls
from base.currencies import is_currency
from base.http.body import answer
from base.http.fields import NO_NUL, PLAIN, WHOLE, Body, CurrencyCode, Kept, Name, Percent
from base.http.problems import Problem, at
from base.locales import is_locale
from base.zones import is_zone
from inventory.api.edits import named
from inventory.core.stores import Settings, StoreFields
from inventory.db.edit_store import DrawersOpen, edit_store, read_store
from inventory.db.stores import HOUR, read_hour
from orders.commands.core.roles import Action
from orders.terminals.api.auth import TerminalKey, TerminalRequest

router = Router(tags=["store"])


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("must be a time zone of the IANA database, as Europe/London")
    return name


def _locale(code: Any) -> Any:
    if isinstance(code, str) and not is_locale(code):
        raise ValueError("must be a locale that there is: a language, with its country where that matters, as en-GB")
    return code


def _currency(name: str) -> str:
    if not is_currency(name):
        raise ValueError("must be a currency of ISO 4217, as GBP")
    return name


def _hour(value: Any) -> Any:
    """Pydantic would take seconds, and numbers."""
    if value is None:
        return None
    try:
        return read_hour(value)
    except (TypeError, ValueError):
        raise ValueError("must be hours and minutes, as in 04:00") from None


Hour = Annotated[
    time,
    BeforeValidator(_hour),
    WithJsonSchema({"type": "string", "pattern": HOUR}),
]
Zone = Annotated[str, Field(max_length=64, pattern=NO_NUL, examples=["Europe/London"]), AfterValidator(_zone)]
Locale = Annotated[
    str,
    Field(max_length=35, pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", examples=["en-GB"]),
    BeforeValidator(_locale),
]
_OF_LOCALE = (
    "How amounts and times are written for people, and the language of receipts: de, en, es, fr, it, nl, pl, pt, else "
    "English. Default: en."
)
Currency = Annotated[CurrencyCode, AfterValidator(_currency)]
StoreName = Annotated[Name, BeforeValidator(without_controls)]
Lines = Annotated[
    str,
    Field(max_length=500, pattern=NO_NUL, examples=["1 North Street\nLeeds"]),
    BeforeValidator(lines_without_controls),
]
Step = Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[5]), WHOLE]


class StoreIn(Body):
    """What is left out stays as it is; null clears, or is the default. Name and currency are never null."""

    name: Annotated[Kept[StoreName], Field(examples=["North Street"])] = None
    address: Lines | None = None
    tax_id: Annotated[Annotated[str, Field(max_length=64, pattern=NO_NUL), PLAIN] | None, Field()] = None
    currency: Annotated[Kept[Currency], Field(description="It stays from the first order on.")] = None
    time_zone: Annotated[Zone | None, Field(description="Default: UTC.")] = None
    locale: Annotated[Locale | None, Field(description=_OF_LOCALE)] = None
    day_starts_at: Annotated[Hour | None, Field(description="Default: 00:00.", examples=["04:00"])] = None
    prices_include_tax: Annotated[StrictBool | None, Field(description="Default: true.")] = None
    cash_rounding_minor: Annotated[Step | None, Field(description="The smallest coin. Default: 1.")] = None
    require_drawer: Annotated[StrictBool | None, Field(description="Default: false.")] = None
    pos_discount_limit_percent: Annotated[
        Percent | None, Field(description="How much of the catalogue's value a till may give away; null: all of it.")
    ] = None
    receipt_footer: Annotated[Lines | None, Field(examples=["Thank you!"])] = None


class StoreOut(BaseModel):
    name: Annotated[str, Field(examples=["North Street"])]
    address: str | None
    tax_id: str | None
    currency: str
    time_zone: str
    locale: str
    day_starts_at: Annotated[str, Field(examples=["04:00"])]
    prices_include_tax: bool
    cash_rounding_minor: int
    require_drawer: bool
    pos_discount_limit_percent: str | None
    receipt_footer: str | None


@router.get("", response=StoreOut)
def read_own_store(request: TerminalRequest) -> HttpResponse:
    """The store of the caller."""
    return answer(told_settings(read_store(request.auth.store_id)))


@router.put("", response=StoreOut, auth=TerminalKey(Action.EDIT_CATALOGUE))
def put_own_store(request: TerminalRequest, body: StoreIn) -> HttpResponse:
    """Change what is named of the store. Orders keep what they were made with; the currency stays once there is one
    (409). Zone, beginning of the day and tax mode stay while a drawer is open (409)."""
    settings = edit_store(request.auth.store_id, cast("StoreFields", named(body)))
    if settings is None:
        detail = f"The store has orders in {request.auth.currency}; its currency stays."
        raise Problem(409, "currency_in_use", detail)
    if isinstance(settings, DrawersOpen):
        detail = f"Not while a drawer is open: close that of {', '.join(settings.terminals)} first."
        errors = [at([name], detail, "drawer_open") for name in settings.fields]
        raise Problem(409, "drawer_open", detail, errors=errors)
    return answer(told_settings(settings))


def told_settings(settings: Settings) -> dict[str, Any]:
    return {**settings._asdict(), "day_starts_at": settings.day_starts_at.isoformat(timespec="minutes")}

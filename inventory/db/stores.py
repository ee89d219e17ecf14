"""Making a store, by the command and in the admin: its code goes into invoice numbers, and stays."""

import re
from collections.abc import Collection
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import transaction

from base.currencies import is_currency
from base.locales import is_locale
from base.zones import is_zone
from inventory.core.stores import OF_DRAWERS
from inventory.db.edit_store import has_orders, open_drawers
from inventory.models import Location, Store

FIRST_LOCATION = "shop"
MIDNIGHT = time()

code_is_plain = RegexValidator(
    re.compile(r"^[a-z0-9-]{1,32}\Z"), "A store's code is small letters, digits and hyphens."
)
HOUR = "^[0-9]{2}:[0-9]{2}$"


def currency_exists(currency: str) -> None:
    if not is_currency(currency):
        raise ValidationError("A currency is one of ISO 4217, in capitals, as GBP.")


def zone_exists(name: str) -> None:
    if not is_zone(name):
        raise ValidationError("A time zone is one of the IANA database, as Europe/London.")


def locale_exists(code: str) -> None:
    if not is_locale(code):
        raise ValidationError("A locale is a language, with its country where that matters, as en-GB.")


def read_hour(text: str) -> time:
    """When days begin, to the minute. Raises ValueError."""
    if not re.fullmatch(HOUR, text, re.ASCII):
        raise ValueError(text)
    return time.fromisoformat(text)


def create_store(
    *,
    code: str,
    name: str,
    currency: str,
    location: str = FIRST_LOCATION,
    time_zone: str = "UTC",
    day_starts_at: time = MIDNIGHT,
) -> Store:
    """A store with its first location. Raises ValidationError, or IntegrityError where the code is taken."""
    code_is_plain(code)
    currency_exists(currency)
    zone_exists(time_zone)
    with transaction.atomic():
        store = Store.objects.create(
            code=code, name=name, currency=currency, time_zone=time_zone, day_starts_at=day_starts_at
        )
        add_first_location(store, location)
    return store


def add_first_location(store: Store, code: str = FIRST_LOCATION) -> None:
    """Without one nothing can be received."""
    Location.objects.create(store=store, code=code, name=code)


def why_currency_stays(store: Store, currency: str) -> str | None:
    """Why the store cannot have this currency now: its orders are in the one it has."""
    if currency == store.currency or not has_orders(store.pk):
        return None
    return f"currency_in_use: the store has orders in {store.currency}."


def why_days_stay(store: Store, changed: Collection[str]) -> str | None:
    """Why these of its fields stay as they are now."""
    if not (set(changed) & set(OF_DRAWERS)) or not (terminals := open_drawers(store.pk)):
        return None
    return f"drawer_open: not while a drawer is open; close that of {', '.join(terminals)} first."


def told(error: ValidationError) -> str:
    return " ".join(error.messages)

"""Which stores a user of the admin is let on.

A user without any sees none: somebody who was forgotten sees too little, which is noticed, and not too much, which is
not. Every store, those to come too, is for superusers and for who has the right to it."""

from collections.abc import Collection
from typing import Any

from inventory.models import Store

EVERY_STORE = "reach_every_store"


def stores_of(user: Any) -> frozenset[int] | None:
    """Their ids; None: every store."""
    if user.has_perm(f"inventory.{EVERY_STORE}"):
        return None
    return frozenset(Store.users.through.objects.filter(user_id=user.pk).values_list("store_id", flat=True))


def stores_named(stores: Collection[int] | None) -> list[tuple[int, str]]:
    """(id, code) of each, by code."""
    found = Store.objects.all() if stores is None else Store.objects.filter(pk__in=stores)
    return list(found.order_by("code").values_list("pk", "code"))

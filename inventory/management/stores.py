"""The store that an operator names."""

from django.core.management.base import CommandError

from inventory.models import Store

NAMED_MAX = 20


def store_called(code: str) -> Store:
    """Raises CommandError, which says what stores there are."""
    found = Store.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Store.objects.order_by("code").values_list("code", flat=True)[:NAMED_MAX])
        there_are = f"the stores are {known}" if known else "./ringup manage create_store makes one"
        raise CommandError(f"there is no store {code}; {there_are}")
    return found

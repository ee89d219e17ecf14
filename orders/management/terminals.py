"""The terminal that an operator names."""

from django.core.management.base import CommandError

from inventory.management.stores import store_called
from orders.terminals.models import Terminal

NAMED_MAX = 20


def terminal_called(name: str, *, store: str) -> Terminal:
    """Raises CommandError, which says what terminals the store has."""
    of_store = Terminal.objects.filter(store=store_called(store))
    found = of_store.filter(name=name).first()
    if found is None:
        known = ", ".join(of_store.filter(revoked_at=None).order_by("name").values_list("name", flat=True)[:NAMED_MAX])
        has = f"it has {known}" if known else "./ringup manage create_terminal makes one"
        raise CommandError(f"the store {store} has no terminal {name}; {has}")
    return found

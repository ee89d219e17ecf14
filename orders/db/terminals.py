"""Terminals come with a key and go by revoking it."""

import secrets

from django.utils import timezone

from orders.core.keys import PREFIX, key_hash, key_hint
from orders.core.roles import Role
from orders.models import Terminal


def create_terminal(*, store_id: int, name: str, role: Role) -> str:
    """Make a terminal and return its key, which nobody can read again."""
    key = PREFIX + secrets.token_urlsafe(32)
    Terminal.objects.create(store_id=store_id, name=name, role=role, key_hash=key_hash(key), key_hint=key_hint(key))
    return key


def revoke_terminal(*, store_id: int, name: str) -> bool:
    """From the next request on the key is refused; False if there is no such terminal, or it was revoked before."""
    terminals = Terminal.objects.filter(store_id=store_id, name=name, revoked_at=None)
    return bool(terminals.update(revoked_at=timezone.now()))

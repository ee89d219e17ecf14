"""Terminal keys: shown once, stored hashed."""

from hashlib import sha256

PREFIX = "rk_"
HINT_LENGTH = 8


def key_hash(key: str) -> bytes:
    """A key is 256 random bits: no salt and no slow hash would add anything."""
    return sha256(key.encode()).digest()


def key_hint(key: str) -> str:
    """Enough to tell keys apart, and no more."""
    return key[:HINT_LENGTH]

"""What a terminal proves itself with: a key, shown once, or the code that it gets its first key by, which is read from
a page or out aloud, and typed in once."""

from hashlib import blake2b, sha256

PREFIX = "rk_"
HINT_LENGTH = 8

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes. Nothing that is taken for another: no 0 and O, no 1, I and L."""
LENGTH = 8


def key_hint(key: str) -> str:
    """Enough to tell keys apart, and no more."""
    return key[:HINT_LENGTH]


def code_hash(code: str, *, secret: str) -> bytes:
    """In any case, with blanks around it. A code is short: without the secret, whoever saw the hash could find it."""
    return blake2b(code.strip().upper().encode(), key=sha256(secret.encode()).digest(), digest_size=32).digest()

"""Codes that a terminal enrols with: read from a page, or out aloud, and typed in once."""

from hashlib import blake2b, sha256

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is taken for another: no 0 and O, no 1, I and L."""
LENGTH = 8


def code_hash(code: str, *, secret: str) -> bytes:
    """In any case, with blanks around it. A code is short: without the secret, whoever saw the hash could find it."""
    return blake2b(code.strip().upper().encode(), key=sha256(secret.encode()).digest(), digest_size=32).digest()

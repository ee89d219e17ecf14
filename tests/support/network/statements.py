"""Statements of SQL as they travel: found by what they say, whoever keeps them and wherever."""

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tests.support.network.threads import Gate

LOCK = re.compile(r"FOR (NO KEY )?UPDATE( OF \w+)?( SKIP LOCKED)?")


def without_lock(patch: pytest.MonkeyPatch, *, about: str) -> None:
    """Statements that have this text no longer lock the rows that they read."""
    _each(patch, about, lambda text: LOCK.sub("", text))


def rewritten(patch: pytest.MonkeyPatch, old: str, new: str, *, about: str = "") -> None:
    """Statements that have the old text, and that which they are about, say the new one instead."""
    _each(patch, about or old, lambda text: text.replace(old, new))


def stopped_before(patch: pytest.MonkeyPatch, gate: Gate, *, about: str) -> None:
    """Whoever comes to a statement that has this text waits at the gate."""
    execute: Callable[..., Any] = psycopg.Cursor.execute
    gated = gate.before(execute)

    def wait(cursor: psycopg.Cursor, query: Any, *given: Any, **how: Any) -> Any:
        return (gated if about in _text(query) else execute)(cursor, query, *given, **how)

    patch.setattr(psycopg.Cursor, "execute", wait)


def _each(patch: pytest.MonkeyPatch, about: str, change: Callable[[str], str]) -> None:
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def say(cursor: psycopg.Cursor, query: Any, *given: Any, **how: Any) -> Any:
        text = _text(query)
        return execute(cursor, change(text).encode() if about in text else query, *given, **how)

    patch.setattr(psycopg.Cursor, "execute", say)


def _text(query: Any) -> str:
    """Composed ones are the tests' own."""
    return query.decode() if isinstance(query, bytes) else query if isinstance(query, str) else ""

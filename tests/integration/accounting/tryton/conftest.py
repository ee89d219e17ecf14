"""Fixtures of this room."""

from tests.support.tryton.chosen import books

__all__ = ["books"]

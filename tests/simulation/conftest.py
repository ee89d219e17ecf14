"""Fixtures of this room."""

from tests.support.fixtures import module_database

__all__ = ["module_database"]

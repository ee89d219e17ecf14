"""Fixtures of this room."""

from tests.support.fixtures import module_database, own_database

__all__ = ["module_database", "own_database"]

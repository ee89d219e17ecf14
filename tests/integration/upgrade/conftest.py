"""Fixtures of this room."""

from tests.support.fixtures import own_database

__all__ = ["own_database"]

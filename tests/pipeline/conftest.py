"""Fixtures of this room."""

from tests.support.fixtures import node, own_database

__all__ = ["node", "own_database"]

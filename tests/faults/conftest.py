"""Fixtures of this room."""

from tests.support.fixtures import account, localstripe_url, own_database

__all__ = ["account", "localstripe_url", "own_database"]

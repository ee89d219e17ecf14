"""Fixtures of this room."""

from tests.support.fixtures import account, bank, localstripe_url, own_database

__all__ = ["account", "bank", "localstripe_url", "own_database"]

"""Fixtures of this room."""

from tests.support.fixtures import account, bank, localstripe_url, module_database, own_database

__all__ = ["account", "bank", "localstripe_url", "module_database", "own_database"]

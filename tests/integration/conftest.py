"""Fixtures of this room."""

from tests.support.fixtures import account, bank, full_pauses, localstripe_url, module_database, own_database

__all__ = ["account", "bank", "full_pauses", "localstripe_url", "module_database", "own_database"]

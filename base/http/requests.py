"""What every call knows once its key was recognised."""

from typing import Protocol

from django.http import HttpRequest


class InStore(Protocol):
    """Who calls, as far as stock is concerned: somebody of this store. `name`: the terminal's; `currency`: the
    store's."""

    @property
    def store_id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def currency(self) -> str: ...


class StoreRequest(HttpRequest):
    auth: InStore

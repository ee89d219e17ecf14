"""What every call knows once its key was recognised."""

from typing import Protocol

from django.http import HttpRequest


class InStore(Protocol):
    """Who calls, as far as stock is concerned: somebody of this store."""

    @property
    def store_id(self) -> int: ...


class StoreRequest(HttpRequest):
    auth: InStore

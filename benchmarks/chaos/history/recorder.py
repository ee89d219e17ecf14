"""A client's connection that notes all that goes over it."""

import json
from typing import Any

import httpx

from base.causes import why
from benchmarks.chaos.history.exchange import History

API = "/api/v1"


class Recorder(httpx.BaseTransport):
    """`by`: what carries the requests."""

    def __init__(self, history: History, *, who: str, role: str, by: httpx.BaseTransport) -> None:
        self._history = history
        self._who = who
        self._role = role
        self._by = by

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """An answer that breaks off is none."""
        number = self._history.asked(
            who=self._who,
            role=self._role,
            method=request.method,
            path=request.url.path.removeprefix(API),
            query=dict(request.url.params),
            body=_json(request.read()),
        )
        try:
            response = self._by.handle_request(request)
            try:
                assert isinstance(response.stream, httpx.SyncByteStream)
                content = b"".join(response.stream)
            finally:
                response.close()
        except httpx.TransportError as error:
            self._history.lost(number, why=why(error))
            raise
        self._history.answered(number, status=response.status_code, answer=_json(content))
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self._by.close()


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")

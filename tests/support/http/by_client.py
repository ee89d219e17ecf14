"""Calls as ringup_client makes them, with its headers and its JSON, and its reading of what is answered."""

from typing import Any

import httpx

from ringup_client.http import answered, arguments
from ringup_client.wire import Answer, Request

ANSWERS_WITHIN_S = 120
OF_THE_WAY = ("host", "connection", "accept-encoding", "content-length")
"""Headers that are those of whoever carries the call."""


class Carried(httpx.BaseTransport):
    """By Django's test client, or by what answers as it does."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in request.headers.items() if name not in OF_THE_WAY}
        content_type = headers.pop("content-type", "application/json")
        path = request.url.raw_path.decode()
        response = self._client.generic(
            request.method, path, request.read(), content_type=content_type, headers=headers
        )
        return httpx.Response(response.status_code, headers=dict(response.headers), content=response.getvalue())


def ask(client: Any, request: Request, *, key: str) -> Answer:
    with (
        httpx.Client(transport=Carried(client), base_url="http://shop") as way,
        way.stream(**arguments(request, key)) as response,
    ):
        answer = answered(response, response.read())
    assert isinstance(answer, Answer), answer
    return answer

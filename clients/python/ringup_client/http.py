"""Steps and HTTP: how a request goes out by httpx, and what its answer or its failure means."""

import json
from typing import Any

import httpx

from ringup_client.wire import Answer, Request, Trouble

API = "/api/v1"
CONNECT_S = 5.0
NOT_REACHED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""What can only happen before anything was sent."""
WORDS: dict[type[httpx.RequestError], str] = {
    httpx.ConnectTimeout: "nobody took the connection in time",
    httpx.PoolTimeout: "all connections are in use",
    httpx.TimeoutException: "the answer took too long",
    httpx.ConnectError: "there is no connection to that address",
    httpx.NetworkError: "the connection broke off",
    httpx.RemoteProtocolError: "the connection broke off",
}
"""The first that it is one of. What else there is says it itself."""


def arguments(request: Request, key: str | None) -> dict[str, Any]:
    """Of httpx' `stream`."""
    headers = {**request.headers, **({"Authorization": f"Bearer {key}"} if key else {})}
    headers.setdefault("Accept", "application/json")
    content = None
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        content = json.dumps(request.body, ensure_ascii=False).encode()
    return {
        "method": request.method,
        "url": API + request.path,
        "params": dict(request.query),
        "headers": headers,
        "content": content,
        "timeout": httpx.Timeout(request.timeout_s, connect=min(CONNECT_S, request.timeout_s)),
    }


def answered(response: httpx.Response, content: bytes) -> Answer | Trouble:
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    try:
        text = content.decode()
        body = json.loads(text) if kind.endswith("json") else text
    except ValueError:
        return Trouble(words=f"it was answered {response.status_code} with what is no JSON", reached=True)
    return Answer(
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=body,
    )


def failed(error: httpx.RequestError) -> Trouble:
    words = next((words for kind, words in WORDS.items() if isinstance(error, kind)), str(error) or "no answer")
    return Trouble(words=words, reached=not isinstance(error, NOT_REACHED))


TOO_LONG = Trouble(words="the answer took too long", reached=True)

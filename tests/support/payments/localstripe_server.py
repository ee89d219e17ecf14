"""localstripe as Stripe itself behaves. Argument: the port.

Idempotency keys are forgotten after a day, lists go by date, search lags, and some states are not left. A program of
its own. Prints its address once it listens.
"""

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from localstripe import resources, server

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Remembered = tuple[str, "asyncio.Future[tuple[int, str]]", float]
FORGETS_AFTER_S = 24 * 60 * 60
SEARCH_LAGS_S = 60
SEARCH_PATH = "/v1/payment_intents/search"

_create = resources.PaymentIntent._api_create.__func__
_known: dict[str, Remembered] = {}
_ahead_s = 0.0
_searches = True


def now() -> float:
    """By a clock that a test can set ahead."""
    return time.time() + _ahead_s


def refused(status: int, kind: str, message: str, code: str | None = None) -> web.Response:
    return web.json_response({"error": {"type": kind, "message": message, "code": code}}, status=status)


@web.middleware
async def idempotent(request: web.Request, handler: Handler) -> web.StreamResponse:
    """docs.stripe.com/api/idempotent_requests: the same key gives the first answer again, whatever it was."""
    if request.method == "DELETE":
        _known.clear()
    for old in [name for name, (_, _, at) in _known.items() if at < now() - FORGETS_AFTER_S]:
        del _known[old]
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None:
        return await handler(request)
    asked = hashlib.sha256(request.path.encode() + await request.read()).hexdigest()
    if key in _known:
        before, answer, _ = _known[key]
        if before != asked:
            return refused(400, "idempotency_error", "Keys can only be used with the same parameters.")
        if not answer.done():
            return refused(409, "idempotency_error", "The first request is still running.", "idempotency_key_in_use")
        status, text = answer.result()
        return web.Response(status=status, text=text, content_type="application/json")
    answer = asyncio.get_running_loop().create_future()
    _known[key] = (asked, answer, now())
    response = await handler(request)
    assert isinstance(response, web.Response)
    answer.set_result((response.status, response.text or ""))
    return response


@web.middleware
async def strict(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What localstripe lets pass: capturing what was cancelled, and refunding more than was captured."""
    form = await request.post() if request.method == "POST" else {}
    if request.path.endswith("/capture"):
        intent = resources.PaymentIntent._api_retrieve(request.path.split("/")[-2])
        if intent.status != "requires_capture":
            message = f"The PaymentIntent's status is {intent.status}."
            return refused(400, "invalid_request_error", message, "payment_intent_unexpected_state")
    if request.path == "/v1/refunds" and request.method == "POST":
        intent = resources.PaymentIntent._api_retrieve(form["payment_intent"])
        if int(str(form["amount"])) > intent.latest_charge.amount - intent.latest_charge.amount_refunded:
            return refused(
                400, "invalid_request_error", "Refund is greater than what is left.", "charge_already_refunded"
            )
    return await handler(request)


def create(cls: type[Any], /, allowed_payment_method_types: Any = None, **data: Any) -> Any:
    """As the API has called it since localstripe was written."""
    assert allowed_payment_method_types == ["card"], "a till has nowhere to redirect a customer to"
    return _create(cls, **data)


def list_newer(cls: type[Any], /, url: str, created: Any = None, **more: Any) -> Any:
    """PaymentIntents made since, newest first."""
    found = resources.StripeObject._api_list_all.__func__(cls, url, **more)
    since = int((created or {}).get("gte", 0))
    found._list = [one for one in found._list if one.created >= since][::-1]
    return found


@web.middleware
async def searching(request: web.Request, handler: Handler) -> web.StreamResponse:
    """docs.stripe.com/search: what was made in the last minute may be missing. One query is understood here."""
    if request.path != SEARCH_PATH:
        return await handler(request)
    if not _searches:
        return refused(400, "invalid_request_error", "Search is not available for this account.")
    name, _, value = request.query["query"].removeprefix("metadata['").partition("']:")
    found = [
        one._export()
        for kept, one in resources.store.items()
        if kept.startswith("payment_intent:")
        and one.created <= now() - SEARCH_LAGS_S
        and (one.metadata or {}).get(name) == value.strip("'")
    ]
    answer = {"object": "search_result", "url": SEARCH_PATH, "has_more": False, "next_page": None, "data": found}
    return web.json_response(answer)


async def set_ahead(request: web.Request) -> web.Response:
    """Also whether it can be searched."""
    global _ahead_s, _searches
    form = await request.post()
    _ahead_s, _searches = float(str(form["seconds"])), form.get("searches", "yes") == "yes"
    return web.Response()


async def told(_: web.Request) -> web.Response:
    """Everything that was ever made, for a test to look at."""
    made = [one._export() for key, one in resources.store.items() if key.startswith(("payment_intent:", "refund:"))]
    return web.Response(text=json.dumps(made), content_type="application/json")


async def serve(port: int) -> None:
    resources.Store.dump_to_disk = lambda _: None
    resources.PaymentIntent._api_create = classmethod(create)
    resources.PaymentIntent._api_list_all = classmethod(list_newer)
    # Errors become answers within; what is remembered is what the caller was told.
    server.app.middlewares.insert(0, idempotent)
    server.app.middlewares.append(strict)
    server.app.middlewares.append(searching)
    server.app.router.add_get("/_config/made", told)
    server.app.router.add_post("/_config/clock", set_ahead)
    runner = web.AppRunner(server.app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    ((_, bound),) = runner.addresses
    print(f"http://127.0.0.1:{bound}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))

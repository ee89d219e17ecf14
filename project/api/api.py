"""The HTTP API: its routers, its errors, its document, and the short way to it."""

import logging
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.urls import resolve
from ninja import Swagger
from ninja.errors import HttpError, ValidationError
from pydantic_core import to_json

from base.http.body import BYTES_MAX, PREFIX, bytes_max, header_problem, too_large
from base.http.problems import Problem, malformed_json, not_found
from base.http.validation import invalid_body, invalid_parameters, takes_only, takes_what_it_names
from base.line import Line
from base.sql.faults import is_unavailable
from base.sql.quoted import quote_nothing
from base.sql.renewal import leave
from inventory.api import items, locations, products, products_import, reorder, reports, taxes
from orders.commands.core.roles import Action
from orders.drawers.api import closings
from orders.feed.api import calls as feed
from orders.invoicing.api import calls as invoice_pool
from orders.journal.api import gaps
from orders.journal.api.bulk import calls as bulk
from orders.journal.api.bulk import lookup
from orders.journal.api.calls import drawer, stock, stock_import
from orders.journal.api.calls import holds as reference_holds
from orders.journal.api.calls import orders as order_commands
from orders.receipts.api import calls as receipts
from orders.reports import api as days
from orders.sales.api import archive, customer, orders, views
from orders.stock.api import movements
from orders.terminals.api import enrol, me, store
from orders.terminals.api.auth import TerminalKey, refused_first, turned_away
from orders.terminals.api.limits import count_answer
from project.api.late import late
from project.api.strict import Api, StrictParser
from project.browser.pages import DOCS_HEADERS, DOCS_PATH, DOCUMENT_PATH, HEADERS, PAGES

log = logging.getLogger(__name__)
line = Line()


api = Api(
    title="Ringup",
    version="1",
    description="Orders and stock for points of sale. Commands are accepted, then settled exactly once. Unknown"
    " fields of a body and unknown query parameters are refused.",
    auth=TerminalKey(),
    parser=StrictParser(),
    docs=Swagger(),
)
api.add_decorator(late, mode="operation")
api.add_decorator(takes_what_it_names, mode="operation")
# Paths are tried in this order: what tills call most comes first.
api.add_router("/commands", lookup.router)
api.add_router("/commands", bulk.router)
api.add_router("/orders", order_commands.router)
api.add_router("/orders", orders.router)
api.add_router("/orders", views.router)
api.add_router("/orders", archive.router)
api.add_router("/orders", customer.router)
api.add_router("/orders", receipts.router)
api.add_router("/changes", feed.router)
api.add_router("/inventory", stock.router)
api.add_router("/inventory", movements.router)
api.add_router("/inventory", reference_holds.router)
api.add_router("/inventory", stock_import.router)
api.add_router("/inventory", reorder.editing, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/inventory", reports.editing, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/inventory", reports.router)
api.add_router("/inventory", items.router)
api.add_router("/products", products.router)
api.add_router("/products", products_import.router, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/products", products.editing, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/locations", locations.router)
api.add_router("/locations", locations.editing, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/taxes", taxes.router)
api.add_router("/taxes", taxes.editing, auth=TerminalKey(Action.EDIT_CATALOGUE))
api.add_router("/store", store.router)
api.add_router("/terminals", me.router)
api.add_router("/terminals", enrol.router)
api.add_router("/terminals", gaps.router)
api.add_router("/drawer", drawer.router)
api.add_router("/closings", closings.router)
api.add_router("/invoice-pool", invoice_pool.router)
api.add_router("/reports", days.router)


def straight_to_api(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, the first one: a call of the API needs no session, cookie or form token, and takes none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return get_response(request)
        # HEAD is GET without the body (RFC 9110, section 9.3.2).
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = _call(request)
        for name, value in (DOCS_HEADERS if request.path_info == DOCS_PATH else HEADERS).items():
            response.headers.setdefault(name, value)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))
        if not is_head:
            return response
        if response.streaming:
            response.close()
        return HttpResponse(status=response.status_code, headers=response.headers)

    return middleware


def _call(request: HttpRequest) -> HttpResponse:
    if problem := header_problem(request) or _body_problem(request) or turned_away(request.META):
        return problem.response()
    with line.place() as has_place:
        return _answered(request) if has_place else busy().response()


def _answered(request: HttpRequest) -> HttpResponse:
    try:
        if request.path_info in PAGES and request.method != "GET":
            return _not_allowed("GET, HEAD")
        if request.path_info == DOCUMENT_PATH:
            return _document(request)
        match = resolve(request.path_info)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        count_answer(request, response)
    except Http404:
        return not_found("route_not_found", f"There is nothing at {request.path_info}.").response()
    if response.status_code == 405:
        return _not_allowed(re.sub(r"GET(, HEAD)?", "GET, HEAD", response.headers["Allow"]))
    return refused_first(request, response)


def busy() -> Problem:
    """Of a call of which nothing was looked at but its body."""
    detail = "More calls come than can be answered; come back in 1 s."
    return Problem(503, "server_busy", detail, headers={"Retry-After": "1"})


def _not_allowed(allowed: str) -> HttpResponse:
    return Problem(405, "method_not_allowed", f"This takes {allowed}.", headers={"Allow": allowed}).response()


def _body_problem(request: HttpRequest) -> Problem | None:
    if int(request.META.get("CONTENT_LENGTH") or 0) > bytes_max(request.path_info):
        return too_large(request.path_info)
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return Problem(415, "encoding_not_taken", "Send the body as it is, without a Content-Encoding.")
    return _unread_body(request)


def _unread_body(request: HttpRequest) -> Problem | None:
    """A body comes as slowly as its client likes: it is here before anything is asked of the database, whose few
    connections are not held for it. An import's is read as its call needs it (base.http.uploads)."""
    if bytes_max(request.path_info) > BYTES_MAX:
        return None
    try:
        length = len(request.body)  # Django keeps it
    except UnreadablePostError:
        return _broken_off()
    except Problem as problem:
        return problem
    # However it came, it is known now how long it is.
    request.META.pop("HTTP_TRANSFER_ENCODING", None)
    request.META["CONTENT_LENGTH"] = str(length)
    return None


def _document(request: HttpRequest) -> HttpResponse:
    """Made once a process; who has it already is told so. It says of every call what its query may be, and keeps to it
    as they do."""
    try:
        takes_only(frozenset(), request)
    except Problem as problem:
        return problem.response()
    except TooManyFieldsSent as error:
        return _too_many(request, error)
    content, etag = document()
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    return HttpResponse(content, content_type="application/json", headers=headers)


@cache
def document() -> tuple[bytes, str]:
    """The OpenAPI document and its ETag."""
    content = to_json(api.get_openapi_schema())
    return content, f'"{sha256(content).hexdigest()[:32]}"'


@api.exception_handler(Problem)
def _problem(_: HttpRequest, problem: Problem) -> HttpResponse:
    return problem.response()


@api.exception_handler(ValidationError)
def _invalid(_: HttpRequest, invalid: ValidationError) -> HttpResponse:
    errors = invalid.errors
    if any(error["loc"][0] == "path" for error in errors):
        return not_found("route_not_found", "No such thing can be here: the path holds no valid id.").response()
    if body_errors := [error for error in errors if error["loc"][0] == "body"]:
        # The place begins with "body" and the name of the view's argument.
        return invalid_body({**error, "loc": error["loc"][2:]} for error in body_errors).response()
    return invalid_parameters(errors).response()


@api.exception_handler(HttpError)
def _malformed(_: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja raises this where the parser failed, and nowhere else here."""
    return malformed_json(error.__cause__).response()


@api.exception_handler(TooManyFieldsSent)
def _too_many(_: HttpRequest, error: Exception) -> HttpResponse:
    return Problem(422, "validation_failed", "The query has too many parameters.").response()


@api.exception_handler(UnreadablePostError)
def _unreadable(_: HttpRequest, error: Exception) -> HttpResponse:
    return _broken_off().response()


def _broken_off() -> Problem:
    detail = "The body broke off; in chunks it has a byte at least, and its last line needs an end."
    return Problem(400, "body_unreadable", detail)


@api.exception_handler(Exception)
def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    quote_nothing(error)
    if is_unavailable(error):
        log.warning("%s %s: %s", request.method, request.path, error)
        leave(error)
        headers = {"Retry-After": "1"}
        return Problem(503, "database_unavailable", "Try again in a moment.", headers=headers).response()
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return Problem(500, "internal_error", "This is a fault of the server; it was logged.").response()

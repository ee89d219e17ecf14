"""What a browser may do with what this server sends."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

DOCUMENT_PATH = "/api/v1/openapi.json"
DOCS_PATH = "/api/v1/docs"
PAGES = frozenset({DOCUMENT_PATH, DOCS_PATH})
"""To be read only, which Ninja does not hold its page to."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Of the API: what Django's own middleware would add, which no call passes."""
# The page may run its own scripts and call this server: whoever types a key there gives it to nobody else.
DOCS_HEADERS = {
    **HEADERS,
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

# Alpine.js, which the admin's pages are made with, makes functions of attributes.
ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def bounded(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a page of the admin is made of what this server sends, is in no frame and tells nobody else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
        return response

    return middleware


def storable(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: PostgreSQL has no NUL in text, and a filter that asks for one would end its page. The search box
    says so by itself."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if any("\0" in value for name, values in request.GET.lists() if name != "q" for value in values):
            return HttpResponseBadRequest("The address holds a NUL, which nothing here can contain.\n", "text/plain")
        return get_response(request)

    return middleware

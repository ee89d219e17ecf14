"""Query parameters: what a call does not take is refused, as an unknown field of a body is."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDict
from ninja.operation import Operation

from base.http.problems import Problem

View = Callable[..., HttpResponse]


def takes_what_it_names(view: View) -> View:
    """Decorator of every operation: it takes the parameters of its signature, each of them once."""
    names = frozenset(_names(view._ninja_operation))  # type: ignore[attr-defined]

    @wraps(view)
    def careful(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET and (errors := list(_errors(request.GET, names))):
            raise Problem(422, "validation_failed", "The query is not what this call takes.", errors=errors)
        return view(request, *args, **kwargs)

    return careful


def _names(operation: Operation) -> Iterator[str]:
    """None of them is a list."""
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            yield from model.__ninja_flatten_map__


def _errors(query: MultiValueDict[str, str], names: frozenset[str]) -> Iterator[dict[str, str]]:
    for name in query:
        if name not in names:
            taken = f"this call takes {', '.join(sorted(names))}" if names else "this call takes none"
            yield {"parameter": name, "detail": f"There is no such parameter; {taken}.", "code": "parameter_unknown"}
        elif len(query.getlist(name)) > 1:
            yield {"parameter": name, "detail": "The parameter comes twice.", "code": "parameter_repeated"}

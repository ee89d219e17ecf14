"""The way of each command as OpenTelemetry's spans: the call, the row, the batch, and whoever was asked for it outside.

A command's id is its trace (both have 128 bits), so that whoever knows the one finds the other, and no message or row
has to bear it. The span of the whole way, from stored to settled, has the id's last 64 bits, and is every other span's
parent; it is told by the worker that settles. What a till sends as `traceparent` (w3.org/TR/trace-context) is a link.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    get_current_span,
    set_span_in_context,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from base.outside.asking import Refusal
from base.tracing import Settled, Stored, listener, trace_and_span

STORED_MAX = 20
"""Of the commands of one call so many are told that it was theirs."""

_next: ContextVar[tuple[int, int] | None] = ContextVar("next trace and span", default=None)
_stored: ContextVar[list[UUID] | None] = ContextVar("stored by this call", default=None)


class _Ids(IdGenerator):  # type: ignore[misc]  # mypy sees nothing of a library that need not be there
    """Of the span of a whole way its command's, of any other one at random."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()

    def generate_trace_id(self) -> int:
        known = _next.get()
        return known[0] if known else self._random.generate_trace_id()

    def generate_span_id(self) -> int:
        known = _next.get()
        return known[1] if known else self._random.generate_span_id()


class Spans:
    def __init__(self, exporter: SpanExporter, *, service: str = "ringup") -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": service}), id_generator=_Ids())
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("ringup")

    def stored(self, commands: Iterable[Stored], *, began_ns: int) -> None:
        ended_ns = time.time_ns()
        of_call = _stored.get()
        for one in commands:
            named = {"ringup.terminal": one.terminal_id} if one.terminal_id else {}
            self._tell("store", one, began_ns, ended_ns, more=named)
            if of_call is not None and len(of_call) < STORED_MAX:
                of_call.append(one.command_id)

    def settled(self, commands: Iterable[Settled], *, began_ns: int, worker: str, waited_ms: int | None) -> None:
        ended_ns = time.time_ns()
        told = {"ringup.worker": worker, "ringup.waited_ms": waited_ms or 0}
        for one in commands:
            accepted_ns = int(one.accepted_at.timestamp() * 1e9) if one.accepted_at else began_ns
            self._tell("wait for a worker", one, accepted_ns, max(began_ns, accepted_ns))
            self._tell("settle", one, began_ns, ended_ns, more=told)
            token = _next.set(trace_and_span(one.command_id))
            try:
                way = self._begin(one.kind, accepted_ns, {**_named(one), "ringup.outcome": one.outcome})
            finally:
                _next.reset(token)
            way.end(ended_ns)

    def asked(self, item: object, *, whom: str, began_ns: int, error: Exception | None) -> None:
        command_id = getattr(item, "command_id", None)
        if not isinstance(command_id, UUID):
            return
        span = self._begin(f"ask: {whom}", began_ns, {}, context=_way(command_id), kind=SpanKind.CLIENT)
        if error:
            span.set_status(Status(StatusCode.ERROR, "refused" if isinstance(error, Refusal) else "no answer"))
        span.end()

    def called(self, request: HttpRequest, response: HttpResponse, commands: list[UUID], *, began_ns: int) -> None:
        sent = get_current_span(TraceContextTextMapPropagator().extract(request.headers)).get_span_context()
        match = request.resolver_match
        told = {
            "http.request.method": request.method or "",
            "http.route": match.route if match else request.path_info,
            "http.response.status_code": response.status_code,
        }
        for command_id in commands:
            links = [Link(sent)] if sent.is_valid else []
            way = _way(command_id)
            self._begin(f"{request.method}", began_ns, told, context=way, kind=SpanKind.SERVER, links=links).end()

    def flush(self) -> None:
        self._provider.force_flush()

    def _tell(
        self, name: str, one: Stored | Settled, began_ns: int, ended_ns: int, *, more: Mapping[str, Any] | None = None
    ) -> None:
        attributes = {**_named(one), **(more or {})}
        self._begin(name, began_ns, attributes, context=_way(one.command_id)).end(ended_ns)

    def _begin(self, name: str, began_ns: int, attributes: Mapping[str, Any], **more: Any) -> Any:
        """By which process is told of each: a pool's children were forked after the resource was made."""
        told = {"process.pid": os.getpid(), **attributes}
        return self._tracer.start_span(name, attributes=told, start_time=began_ns, **more)


def told_to(url: str) -> Spans:
    """A collector's address for OTLP over HTTP."""
    return Spans(OTLPSpanExporter(endpoint=url))


def calls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Django's middleware: which call stored a command. It is there only where somebody listens."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began_ns, commands = time.time_ns(), list[UUID]()
        token = _stored.set(commands)
        try:
            response = get_response(request)
        finally:
            _stored.reset(token)
        if commands and isinstance(spans := listener.traces, Spans):
            spans.called(request, response, commands, began_ns=began_ns)
        return response

    return middleware


def _way(command_id: UUID) -> Any:
    """As the parent of what belongs to it."""
    known = SpanContext(*trace_and_span(command_id), is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(known))


def _named(one: Stored | Settled) -> dict[str, str]:
    order = {"ringup.order": str(one.order_id)} if one.order_id else {}
    return {"ringup.command": str(one.command_id), "ringup.kind": one.kind, **order}

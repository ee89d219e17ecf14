"""A collector of traces, which keeps what it is told: OTLP over HTTP (opentelemetry.io/docs/specs/otlp)."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from threading import Thread
from typing import Any
from uuid import UUID

from project.env import PROJECT_FOLDER
from tests.support.browser.library import make_importable

LOCK = PROJECT_FOLDER / "requirements" / "tracing.txt"
HOME = PROJECT_FOLDER / ".ringup" / "tracing"
PACKAGES = HOME / "packages"
PLAINLY = ("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
"""A body is told as it is, so that a test can read it."""


class Collector:
    """`bodies`: what it was told."""

    def __init__(self, url: str, bodies: list[bytes]) -> None:
        self.url = url
        self.bodies = bodies

    def spans(self, command_id: UUID) -> list[Any]:
        """Those of a command's trace."""
        request = import_module("opentelemetry.proto.collector.trace.v1.trace_service_pb2").ExportTraceServiceRequest
        told = [resource for body in self.bodies for resource in request.FromString(body).resource_spans]
        spans = (span for resource in told for scope in resource.scope_spans for span in scope.spans)
        return [span for span in spans if span.trace_id == command_id.bytes]


@contextmanager
def collecting() -> Iterator[Collector]:
    """With what tells it importable: here, and from HOME by processes of their own."""
    make_importable(HOME, LOCK)
    bodies: list[bytes] = []

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hears) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Collector(f"http://127.0.0.1:{server.server_port}/v1/traces", bodies)
        server.shutdown()


def attributes(span: Any) -> dict[str, Any]:
    """Those that are text or whole numbers."""
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}

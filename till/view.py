"""The till's page and the files that it is made of, as `/till/`: read only, and known by the hash of them all.

A browser that has the page asks each time whether it is still the same; a service worker keeps all of it by its hash,
so that one release never runs with parts of another.
"""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

PAGE = Path(__file__).parent / "page"
FIRST, WORKER = "index.html", "worker.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " manifest-src 'self'; worker-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types till"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
TYPES = {".js": "text/javascript; charset=utf-8", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True, slots=True)
class File:
    content: bytes
    content_type: str
    etag: str


@csrf_exempt  # whoever would change one is told that it is only read
@require_safe
def till(request: HttpRequest, path: str = "") -> HttpResponse:
    file = files().get(path or FIRST)
    if file is None or path == FIRST:
        raise Http404
    headers = {**HEADERS, "ETag": file.etag}
    if request.headers.get("If-None-Match") == file.etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(file.content, content_type=file.content_type, headers=headers)


@cache
def files() -> Mapping[str, File]:
    """All of them by their path, read once a process."""
    contents = {
        path.relative_to(PAGE).as_posix(): path.read_bytes() for path in sorted(PAGE.rglob("*")) if path.is_file()
    }
    release = sha256(b"".join(name.encode() + b"\0" + content for name, content in contents.items())).hexdigest()[:16]
    kept = ["./", *(name for name in contents if name not in (FIRST, WORKER))]
    contents[WORKER] = _told(release, kept) + contents[WORKER]
    return {name: File(content, _type(name), f'"{release}"') for name, content in contents.items()}


def _told(release: str, kept: list[str]) -> bytes:
    """What the worker keeps: a release of other files is another worker, and the browser sees that by its bytes."""
    return f"const RELEASE = {dumps(release)};\nconst FILES = {dumps(kept)};\n".encode()


def _type(name: str) -> str:
    suffix = Path(name).suffix
    return TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"

"""HTTP answers, read from a keep-alive connection: no more of the protocol than the servers measured here speak."""

import re
from dataclasses import dataclass

_STATUS = slice(9, 12)  # of b"HTTP/1.1 200 OK"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_HELD = re.compile(rb"\r\npreference-applied: *wait=", re.IGNORECASE)
_RETRY_AFTER = re.compile(rb"\r\nretry-after: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """`was_held`: the server waited as it was asked to. `retry_after_s`: where it says when to come back."""

    status: int
    body: bytes
    was_held: bool = False
    retry_after_s: int | None = None


def request(method: str, path: str, *, headers: str, body: str = "") -> bytes:
    """`headers`: complete lines, without those that every request has."""
    content = body.encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def take_answer(received: bytearray) -> Answer | None:
    """The first answer in what was received, taken out of it; None where it is not complete yet."""
    head_end = received.find(b"\r\n\r\n")
    if head_end < 0:
        return None
    head, begin = bytes(received[:head_end]), head_end + 4
    if length := _LENGTH.search(head):
        end = begin + int(length[1])
        body = bytes(received[begin:end]) if len(received) >= end else None
    elif _CHUNKED.search(head):
        # The mark of the end may also occur within; such an answer is looked at again when more of it is there.
        body, end = _unchunked(received, begin) if received.endswith(_LAST_CHUNK) else (None, begin)
    else:
        raise ValueError(f"an answer that does not tell its length: {head[:200]!r}")
    if body is None:
        return None
    del received[:end]
    back = _RETRY_AFTER.search(head)
    return Answer(
        int(head[_STATUS]),
        body,
        was_held=bool(_HELD.search(head)),
        retry_after_s=int(back[1]) if back else None,
    )


def _unchunked(received: bytearray, at: int) -> tuple[bytes | None, int]:
    """The body and where it ends. Chunks have neither extensions nor trailers here."""
    body = bytearray()
    while True:
        line_end = received.find(b"\r\n", at)
        if line_end < 0:
            return None, at
        size = int(received[at:line_end], 16)
        begin, at = line_end + 2, line_end + 2 + size + 2
        if at > len(received):
            return None, at
        if size == 0:
            return bytes(body), at
        body += received[begin : begin + size]

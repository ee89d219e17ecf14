"""What the bench's clients understand of HTTP."""

import pytest

from benchmarks.load.http import Answer, request, take_answer

WITH_LENGTH = b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\nserver: granian\r\n\r\nsold"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nsold\r\nA\r\n 0\r\n\r\nout.\r\n0\r\n\r\n"
HELD = b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\npreference-applied: wait=5\r\n\r\n[]"
EMPTY = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (WITH_LENGTH, Answer(201, b"sold")),
        (CHUNKED, Answer(200, b"sold 0\r\n\r\nout.")),
        (HELD, Answer(202, b"[]", was_held=True)),
        (EMPTY, Answer(401, b"")),
    ],
)
def test_an_answer_is_taken_once_it_is_complete(received: bytes, answer: Answer) -> None:
    buffer = bytearray()
    for byte in received[:-1]:
        buffer.append(byte)
        assert take_answer(buffer) is None
    buffer.append(received[-1])
    assert take_answer(buffer) == answer
    assert buffer == b""


def test_what_follows_an_answer_is_left_for_the_next() -> None:
    buffer = bytearray(WITH_LENGTH + EMPTY)
    assert take_answer(buffer) == Answer(201, b"sold")
    assert take_answer(buffer) == Answer(401, b"")


def test_an_answer_that_does_not_tell_its_length_is_refused() -> None:
    with pytest.raises(ValueError, match="does not tell its length"):
        take_answer(bytearray(b"HTTP/1.1 200 OK\r\n\r\nsold"))


def test_a_request_tells_its_length_in_bytes() -> None:
    sent = request("POST", "/sales", headers="Prefer: wait=5\r\n", body='"é"')
    assert sent == b'POST /sales HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=5\r\nContent-Length: 4\r\n\r\n"\xc3\xa9"'

"""What the simulator's log is worth a line."""

import pytest

from project.simulator.server import Connection


def test_an_idle_connection_that_ends_is_no_line_and_an_error_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    connection = object.__new__(Connection)
    connection.client_address = ("127.0.0.1", 50_000)
    connection.log_error("Request timed out: %r", TimeoutError("timed out"))
    assert capsys.readouterr().err == ""
    connection.log_error("code %d, message %s", 400, "Bad request syntax")
    assert "Bad request syntax" in capsys.readouterr().err

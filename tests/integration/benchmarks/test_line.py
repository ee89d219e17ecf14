"""The line of `./ringup bench delay` takes its time, each way, and passes on all that it is given."""

import psycopg
import pytest

from benchmarks.hours.delay import round_trip_ms
from benchmarks.hours.line import laid
from project.stack.servers import Servers


def test_a_round_trip_takes_as_long_as_was_said(servers: Servers) -> None:
    with laid(servers.database_url) as line:
        assert round_trip_ms(line, servers.database_url, 10) >= 10
        assert round_trip_ms(line, servers.database_url, 25) >= 25 > round_trip_ms(line, servers.database_url, 0)
        with psycopg.connect(line.to(servers.database_url)) as database:
            assert database.execute("SELECT repeat('x', 10000000)").fetchone() == ("x" * 10_000_000,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(line.to(servers.database_url))

"""A broker that says nothing, under a pool: who asks for it holds no connection that a sale needs."""

import socket

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tests.support.database import connected_to
from tests.support.network.threads import PATIENCE_S, begin

WAITS_S = 600


def ask() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT true")
        (answer,) = cursor.fetchone()
    return bool(answer)


def test_whoever_asks_whether_it_is_ready_keeps_no_connection_while_the_broker_is_silent(
    own_database: str, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("project.broker.ANSWERS_WITHIN_S", WAITS_S)
    with socket.create_server(("127.0.0.1", 0)) as silent, connected_to(own_database, pool_connections_max=1):
        silent.settimeout(PATIENCE_S)
        settings.BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        ready = begin(lambda: client.get("/readyz").json())
        asked, _ = silent.accept()
        with asked:
            assert begin(ask).result(PATIENCE_S)
        assert ready.result(PATIENCE_S) == {"ready": True, "reasons": [], "notes": ["the broker does not answer"]}

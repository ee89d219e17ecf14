"""A server of one's own that does not answer is told before anything is begun, in a sentence that names the setting."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from project import env as environment
from project.addresses import changed
from project.stack.embedded.child import ServerFailed
from project.stack.reach import ask_broker, ask_database
from project.stack.servers import passing_database

DATABASES = {
    "postgresql://shop:hunter2@127.0.0.1:1/ringup": "nothing listens at 127.0.0.1:1",
    "postgresql://shop:hunter2@shop.invalid/ringup": "the name shop.invalid is not known",
    "postgresql://shop:hunter2@127.0.0.1/ringup?sslmode=zzz": 'invalid sslmode value: "zzz"',
    "postgresql://shop:hunter2@127.0.0.1/ringup?gssencmode=zzz": 'invalid gssencmode value: "zzz"',
    "postgresql://shop:hunter2@127.0.0.1/ringup?connect_timeout=abc": "bad value for connect_timeout: 'abc'",
    "postgresql:///ringup?service=zzz": 'definition of service "zzz" not found',
}
BROKERS = {
    "redis://:hunter2@127.0.0.1:1/0": "nothing listens at 127.0.0.1:1",
    "amqp://shop:hunter2@127.0.0.1:1/ringup": "nothing listens at",
    "amqps://shop:hunter2@broker.invalid/ringup": "is not known",
    "redis://:hunter2@broker.invalid/0": "the name broker.invalid is not known",
    "redis://:hunter2@127.0.0.1:1/0?zzz=1": "nobody knows 'zzz'",
    "redis://:hunter2@127.0.0.1:1/0?socket_timeout=abc": "nobody knows 'socket_timeout'",
    "rediss://:hunter2@127.0.0.1:1/0?ssl_cert_reqs=zzz": "nobody knows 'zzz'",
}
SECRET_KEY = "".join(chr(n) for n in range(48, 123) if chr(n).isalnum())


@pytest.mark.parametrize(("url", "why"), DATABASES.items())
def test_a_database_that_cannot_be_used_is_one_sentence(url: str, why: str) -> None:
    with pytest.raises(ServerFailed) as failed:
        ask_database(url)
    assert_told(str(failed.value), "DATABASE_URL: the database cannot be used: ", why)


@pytest.mark.parametrize(("url", "why"), BROKERS.items())
def test_a_broker_that_cannot_be_used_is_one_sentence(url: str, why: str) -> None:
    with pytest.raises(ServerFailed) as failed:
        ask_broker(url)
    assert_told(str(failed.value), "BROKER_URL: the broker cannot be used: ", why)


def test_a_wrong_password_is_told_and_not_shown(fresh_database: str, fresh_broker: str) -> None:
    with pytest.raises(ServerFailed) as of_database:
        ask_database(changed(fresh_database, password="hunter2"))
    assert_told(str(of_database.value), "DATABASE_URL: ", "password authentication failed")
    with pytest.raises(ServerFailed) as of_broker:
        ask_broker(with_password(fresh_broker))
    assert_told(str(of_broker.value), "BROKER_URL: ", "password")


def test_those_that_answer_are_not_refused(fresh_database: str, fresh_broker: str) -> None:
    ask_database(fresh_database)
    ask_broker(fresh_broker)
    with pytest.raises(ServerFailed):
        ask_broker(fresh_broker + "99")


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_one_that_says_nothing_is_waited_for_no_longer_than_it_takes(silent: str) -> None:
    with pytest.raises(ServerFailed, match=r"DATABASE_URL: .*no answer in time"):
        ask_database(f"postgresql://shop@{silent}/ringup?connect_timeout=2")
    with pytest.raises(ServerFailed, match=r"BROKER_URL: .*no answer in time"):
        ask_broker(f"redis://:hunter2@{silent}/0")


@pytest.mark.parametrize(
    ("verb", "parameter"),
    [(["up"], "sslmode=zzz"), (["demo"], "connect_timeout=abc"), (["manage", "migrate"], "connect_timeout=abc")],
    ids=str,
)
def test_no_verb_begins_with_a_database_that_cannot_be_used(verb: list[str], parameter: str, tmp_path: Path) -> None:
    database = f"postgresql://shop:hunter2@127.0.0.1:1/ringup?{parameter}"
    tried = run(verb, tmp_path, DATABASE_URL=database, BROKER_URL="")
    assert (tried.returncode, tried.stderr.count("\n")) == (2, 1)
    assert_told(tried.stderr, "ringup: DATABASE_URL: the database cannot be used: ", parameter.partition("=")[2])


@pytest.mark.parametrize("verb", ["up", "demo"])
def test_no_stack_begins_with_a_broker_that_does_not_answer(verb: str, tmp_path: Path) -> None:
    tried = run([verb], tmp_path, DATABASE_URL="", BROKER_URL="redis://:hunter2@127.0.0.1:1/0")
    assert (tried.returncode, tried.stderr.count("\n")) == (2, 1)
    assert_told(tried.stderr, "ringup: BROKER_URL: the broker cannot be used: ", "nothing listens at 127.0.0.1:1")


def run(verb: list[str], home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "project", *verb],
        env=environment.for_child(RINGUP_HOME=str(home), SECRET_KEY=SECRET_KEY, **settings),
        cwd=environment.PROJECT_FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_database_is_made_on_the_server_that_answers(fresh_database: str) -> None:
    """The first of the URL's hosts is down, and the login stands in it with all of its signs."""
    given = conninfo_to_dict(fresh_database)
    login = f"{given['user']}:{quote(str(given['password']), safe='')}"
    several = f"postgresql://{login}@127.0.0.1:1,{given['host']}:{given['port']}/{given['dbname']}"
    with passing_database(several) as url, psycopg.connect(url) as made:
        assert made.info.port == int(str(given["port"]))
        assert made.info.dbname == conninfo_to_dict(url)["dbname"] != given["dbname"]


def with_password(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username or ''}:hunter2@{host}").geturl()


def assert_told(said: str, begins: str, why: str) -> None:
    assert said.startswith(begins)
    assert why in said
    assert "hunter2" not in said
    assert "\n" not in said.strip()

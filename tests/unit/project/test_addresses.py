"""Addresses of servers: whatever their own programs understand is kept, and no password is shown."""

from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from orders.accounting.http import HttpAccounting
from project.addresses import changed, without_login
from project.database import configuration, databases
from project.env import BadSetting, read

LIMITS = "-c lock_timeout=2000 "


def settings_of(url: str) -> dict[str, Any]:
    return configuration(read({"DATABASE_URL": url, "SECRET_KEY": "0123456789" * 5}).database_url)


def test_a_login_and_a_name_are_decoded() -> None:
    found = settings_of("postgresql://sh%40op:p%3Aw%2F%20@db.example:6543/ring%20up")
    assert (found["USER"], found["PASSWORD"]) == ("sh@op", "p:w/ ")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6543", "ring up")


@pytest.mark.parametrize(
    "url", ["postgresql://shop@%2FVar%2FRun%2FPg/ringup", "postgresql:///ringup?host=/Var/Run/Pg&user=shop"]
)
def test_a_socket_is_where_it_is_in_capitals_too(url: str) -> None:
    found = settings_of(url)
    assert (found["HOST"], found["USER"], found["NAME"]) == ("/Var/Run/Pg", "shop", "ringup")


def test_several_hosts_and_options_of_the_connection_are_kept() -> None:
    found = settings_of("postgresql://a:1,b:2/x?target_session_attrs=read-write&sslmode=require&connect_timeout=9")
    assert (found["HOST"], found["PORT"]) == ("a,b", "1,2")
    options = found["OPTIONS"]
    assert options["target_session_attrs"] == "read-write"
    assert options["sslmode"] == "require"
    assert options["connect_timeout"] == "9"


def test_a_host_that_is_gone_is_passed_over_soon_and_one_that_falls_silent_is_given_up() -> None:
    one, several = (settings_of(f"postgresql://{hosts}/x")["OPTIONS"] for hosts in ("a", "a,b"))
    assert (one["connect_timeout"], several["connect_timeout"]) == (5, 2)
    silent_s = several["keepalives_idle"] + several["keepalives_interval"] * several["keepalives_count"]
    assert silent_s <= several["tcp_user_timeout"] / 1_000 <= 10


def test_a_standby_is_waited_for_by_nobody_for_long() -> None:
    """Who asks it can ask the leader instead."""
    both = databases("postgresql://a/x", "postgresql://a,b/x?keepalives_idle=9", pool_connections_max=16)
    leader, standby = (both[alias]["OPTIONS"] for alias in ("default", "standby"))
    assert (leader["pool"]["timeout"], standby["pool"]["timeout"]) == (10, 0.2)
    assert (leader["tcp_user_timeout"], standby["tcp_user_timeout"]) == (10_000, 2_000)
    assert (standby["connect_timeout"], standby["keepalives_idle"]) == (2, "9")
    assert databases("postgresql://a/x", "").keys() == {"default"}


def test_options_of_the_server_are_added_to_ours_and_have_the_last_word() -> None:
    options = settings_of("postgresql://db/x?options=-c%20search_path%3Dshop%20-c%20lock_timeout%3D5")["OPTIONS"]
    assert options["options"].startswith(LIMITS)
    assert options["options"].endswith(" -c search_path=shop -c lock_timeout=5")


def test_a_service_names_its_database_itself() -> None:
    found = settings_of("postgresql://?service=ringup")
    assert (found["NAME"], found["OPTIONS"]["service"]) == ("", "ringup")


def test_libpq_knows_all_that_is_given_to_it() -> None:
    options = settings_of("postgresql://a,b/x?sslmode=verify-full&sslrootcert=system&application_name=till")["OPTIONS"]
    del options["prepare_threshold"]  # psycopg's own
    assert "sslmode=verify-full" in make_conninfo("", **options)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://shop:p?w#d%2F@a:1,b:2/ringup?target_session_attrs=read-write",
        "postgresql://shop@%2FVar%2FRun%2FPg/ringup",
        "postgresql:///ringup?host=/Var/Run/Pg&password=p+w%26%25",
        "postgresql://[::1]:6543/ringup",
        "postgres://db/ringup?dbname=other&options=-c%20search_path%3Dshop",
    ],
)
def test_another_database_of_a_server_is_reached_by_all_that_the_first_one_is_reached_by(url: str) -> None:
    other = read({"DATABASE_URL": changed(url, dbname="ring up/%"), "SECRET_KEY": "0123456789" * 5}).database_url
    assert conninfo_to_dict(other) == {**conninfo_to_dict(url), "dbname": "ring up/%"}


def test_a_broker_with_tls_has_its_certificate_asked_for() -> None:
    asked = read({"BROKER_URL": "rediss://:p%40w@broker.example:6380/3"}).broker_url
    assert asked == "rediss://:p%40w@broker.example:6380/3?ssl_cert_reqs=required"
    told = "rediss://broker.example/0?ssl_cert_reqs=none"
    assert read({"BROKER_URL": told}).broker_url == told


def test_a_broker_without_tls_stays_as_it_is() -> None:
    assert read({"BROKER_URL": "redis://name:p%2Fw@broker:6379/1"}).broker_url == "redis://name:p%2Fw@broker:6379/1"


@pytest.mark.parametrize("url", ["amqp://broker", "amqp://shop:p%2Fw@broker:5673/ring%2Fup", "amqps://broker/shop"])
def test_a_broker_may_be_rabbitmq(url: str) -> None:
    assert read({"BROKER_URL": url}).broker_url == url


def test_the_address_of_accounting_is_shown_without_its_login() -> None:
    assert without_login("https://shop:secret@books.example:8443/api") == "https://books.example:8443/api"


def test_accounting_is_called_at_an_address_without_the_login() -> None:
    accounting = HttpAccounting("https://sh%40op:p%3Aw@books.example/api/")
    assert vars(accounting)["_url"] == "https://books.example/api"


@pytest.mark.parametrize("name", ["DATABASE_URL", "BROKER_URL", "ACCOUNTING_URL"])
def test_what_is_wrong_with_an_address_is_said_without_its_password(name: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({name: "ftp://shop:hunter2@host:port/x"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://shop:hunter2@db.example:70000/ringup"),
        ("DATABASE_URL", "postgresql://shop:hunter2@db.example:0/ringup"),
        ("DATABASE_URL", "postgresql://shop:hunter2@a:5432,b:x/ringup"),
        ("DATABASE_URL", "postgresql:///ringup?host=/run/pg&port=65536"),
        ("BROKER_URL", "redis://:hunter2@broker:99999/0"),
        ("BROKER_URL", "rediss://broker:port/0"),
        ("ACCOUNTING_URL", "https://shop:hunter2@books.example:0/api"),
    ],
)
def test_a_port_that_there_is_not_is_told_as_that(name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read({name: value})
    assert str(refused.value).startswith(f"{name}: must have a port from 1 to 65535, or none")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["postgresql://shop:hunter2@db/ringup?ssl=1", "postgresql://shop:hunter2@[::1/ringup"]
)
def test_what_postgresql_cannot_read_is_told_as_that(value: str) -> None:
    """It begins as it should."""
    with pytest.raises(BadSetting) as refused:
        read({"DATABASE_URL": value})
    assert str(refused.value).startswith("DATABASE_URL: must be a URL that PostgreSQL can read, as postgresql://name:")
    assert "hunter2" not in str(refused.value)

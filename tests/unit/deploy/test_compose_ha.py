"""The compose file's profile `ha`: as far as its text tells, for nothing here can run it."""

import subprocess
from ipaddress import ip_network
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from project import env
from project.stack.needs import COUNTING, KEYS, NEEDS, OWNERS
from project.stack.processes import procfile
from tests.support.composed import COMPOSE, ENVIRON, OF_HA, SERVICES, environment_of, interpolated, wanted_by

NODES, ETCDS, WEBS = {"ha-north", "ha-south"}, {"ha-etcd-1", "ha-etcd-2", "ha-etcd-3"}, {"ha-web-1", "ha-web-2"}
ONE_OF = {
    **dict.fromkeys(WEBS, "web"),
    "ha-worker": "worker",
    "ha-worker-io": "worker-io",
    "ha-beat": "beat",
    "ha-flower": "flower",
    "ha-migrate": "migrate",
}
"""Service of the profile -> the one that it is besides."""
OF_PATRONI = {"PATRONI_SUPERUSER_PASSWORD", "PATRONI_REPLICATION_PASSWORD", "PATRONI_RESTAPI_PASSWORD"}
START = "docker compose --profile ha up --build --detach ha-proxy"
HEALTHY, DONE = {"condition": "service_healthy"}, {"condition": "service_completed_successfully"}


def test_the_profile_has_two_of_each_but_who_only_looks_on() -> None:
    assert set(OF_HA) == {*ONE_OF, *NODES, *ETCDS, "ha-proxy", "ha-valkey"}
    assert {ONE_OF[name] for name in ONE_OF} == {"migrate", *procfile()} - {"accounting"}
    assert {name for name, one in OF_HA.items() if one.get("scale") == 2} == {"ha-worker", "ha-worker-io", "ha-beat"}


def test_without_the_profile_nothing_of_it_is_there() -> None:
    """And no password of it is asked for."""
    assert all(one["profiles"] == ["ha"] and name.startswith("ha-") for name, one in OF_HA.items())
    for name in set(SERVICES) - set(OF_HA):
        assert not wanted_by(name) & set(OF_HA), name
    alone = {name: text for name, text in ENVIRON.items() if name not in ("SUPERUSER_PASSWORD", "REPLICATION_PASSWORD")}
    del alone["PATRONI_PASSWORD"]
    for name in SERVICES:
        assert environment_of(name, alone).keys() == environment_of(name).keys()


def test_by_its_name_all_of_it_is_started_and_nothing_of_the_other_shop() -> None:
    page = (env.PROJECT_FOLDER / "docs/deploy.md").read_text()
    assert START in page.splitlines()
    assert wanted_by("ha-proxy") == {*OF_HA, "accounting"}


def test_only_one_of_the_shops_has_the_port_and_they_share_no_volume() -> None:
    assert SERVICES["ha-proxy"]["ports"] == SERVICES["web"]["ports"]
    assert {name for name, one in OF_HA.items() if one.get("ports")} == {"ha-proxy", "ha-flower"}
    volumes = {name: {mount.partition(":")[0] for mount in one.get("volumes", [])} for name, one in SERVICES.items()}
    of_it = set[str]().union(*(volumes[name] for name in OF_HA))
    assert not of_it & set[str]().union(*(volumes[name] for name in set(SERVICES) - set(OF_HA)))
    assert of_it == {*NODES, *ETCDS, "ha-valkey", "ha-metrics"} == {one for one in COMPOSE["volumes"] if one in of_it}
    assert {name for name in OF_HA if "ha-metrics" in volumes[name]} == {*ONE_OF} - {"ha-flower", "ha-migrate"}
    assert {ONE_OF[name] for name in OF_HA if "ha-metrics" in volumes[name]} == COUNTING


@pytest.mark.parametrize("name", sorted(ONE_OF))
def test_a_process_is_the_one_of_one_host_but_for_where_it_finds_the_others(name: str) -> None:
    here, there = dict(OF_HA[name]), dict(SERVICES[ONE_OF[name]])
    for one in (here, there):
        for key in ("profiles", "scale", "depends_on", "volumes", "networks", "ports"):
            one.pop(key, None)
    told, elsewhere = here.pop("environment"), there.pop("environment")
    assert here == there
    assert told.keys() == elsewhere.keys()
    moved = {"DATABASE_URL", "BROKER_URL", "OWNER_DATABASE_URL", "TRUSTED_PROXIES"}
    assert {variable for variable in told if told[variable] != elsewhere[variable]} == moved & told.keys()
    needed = NEEDS[ONE_OF[name]] if name != "ha-migrate" else {"DATABASE_URL", "BROKER_URL", *OWNERS}
    assert KEYS & told.keys() == needed


@pytest.mark.parametrize("name", sorted(ONE_OF))
def test_a_process_understands_what_it_is_told(name: str) -> None:
    settings = env.read(environment_of(name))
    assert settings.broker_url == "redis://ha-valkey:6379/0"
    urls = {settings.database_url: "ringup_app", settings.owner_database_url: "ringup_owner"}
    for url, user in urls.items():
        if url:
            parts = conninfo_to_dict(url)
            assert set(str(parts["host"]).split(",")) == NODES
            assert parts["port"] == "5432,5432"
            assert (parts["user"], parts["dbname"]) == (user, "ringup")
            assert parts["target_session_attrs"] == "read-write"
    assert bool(settings.owner_database_url) == (name == "ha-migrate")


def test_the_broker_may_be_another_one() -> None:
    elsewhere = {**ENVIRON, "BROKER_URL": "amqp://ringup:a0b@rabbitmq:5672/ringup"}
    assert {environment_of(name, elsewhere)["BROKER_URL"] for name in ONE_OF} == {elsewhere["BROKER_URL"]}


@pytest.mark.parametrize("name", sorted(WEBS))
def test_a_web_server_believes_the_proxy_and_nobody_else(name: str) -> None:
    (front,) = COMPOSE["networks"]["ha-front"]["ipam"]["config"]
    assert env.read(environment_of(name)).trusted_proxies == (ip_network(interpolated(front["subnet"])),)
    assert {one for one, service in SERVICES.items() if "ha-front" in service["networks"]} == {*WEBS, "ha-proxy"}
    assert not OF_HA[name]["ports"]


def test_a_password_of_patroni_goes_to_its_nodes_alone_and_has_no_default() -> None:
    told = {name for name in SERVICES if OF_PATRONI & environment_of(name).keys()}
    assert told == NODES
    for name in NODES:
        given = SERVICES[name]["environment"]
        assert given["PATRONI_SUPERUSER_PASSWORD"] == "${SUPERUSER_PASSWORD:-}"
        assert given["PATRONI_REPLICATION_PASSWORD"] == "${REPLICATION_PASSWORD:-}"
        assert given["PATRONI_RESTAPI_PASSWORD"] == "${PATRONI_PASSWORD:-}"
    secret = {ENVIRON[name] for name in ("SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "PATRONI_PASSWORD")}
    knowing = {
        name for name in SERVICES if any(one in text for one in secret for text in environment_of(name).values())
    }
    assert knowing == NODES


@pytest.mark.parametrize("missing", [None, *sorted(OF_PATRONI)])
def test_a_node_without_one_of_its_passwords_does_not_begin(missing: str | None, tmp_path: Path) -> None:
    patroni = tmp_path / "patroni"
    patroni.write_text("#!/bin/sh\necho began $1\n")
    patroni.chmod(0o700)
    told = {**environment_of("ha-north"), **({missing: ""} if missing else {}), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = [interpolated(word) for word in SERVICES["ha-north"]["command"]]
    ended = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert (ended.returncode == 0) == (missing is None), ended.stderr
    assert ended.stdout == ("" if missing else "began /etc/patroni/patroni.yml\n")
    assert ("set " in ended.stderr) == (missing is not None)


@pytest.mark.parametrize("name", sorted(set(OF_HA) - {"ha-valkey"}))
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = OF_HA[name]
    assert not {"privileged", "network_mode", "pid", "cap_add", "devices", "user"} & set(service)
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service.get("tmpfs", []) == ([] if name == "ha-proxy" else ["/tmp:size=64m,mode=1777"])  # noqa: S108
    assert all(mount.partition(":")[0] in COMPOSE["volumes"] for mount in service.get("volumes", []))
    # Compose puts nothing but files into a container whose root is read-only.
    assert all(set(COMPOSE["configs"][one["source"]]) == {"file"} for one in service.get("configs", []))


def test_databases_are_reached_from_within_and_who_says_who_leads_from_the_nodes_alone() -> None:
    networks = COMPOSE["networks"]
    assert all(networks[name]["internal"] is True for name in ("inside", "ha-quorum"))
    assert {name for name, one in SERVICES.items() if "ha-quorum" in one["networks"]} == NODES | ETCDS
    assert all(OF_HA[name]["networks"] == ["ha-quorum"] for name in ETCDS)
    assert all(OF_HA[name]["networks"] == ["inside", "ha-quorum"] for name in NODES)
    assert all("ports" not in OF_HA[name] for name in NODES | ETCDS)


def test_each_waits_for_what_it_cannot_begin_without() -> None:
    for name in set(ONE_OF) - {"ha-migrate"}:
        assert OF_HA[name]["depends_on"] == {"ha-migrate": DONE, "ha-valkey": HEALTHY}, name
    assert OF_HA["ha-migrate"]["depends_on"] == dict.fromkeys(NODES, HEALTHY)
    assert all(OF_HA[name]["depends_on"] == dict.fromkeys(ETCDS, HEALTHY) for name in NODES)
    assert {name for name, one in OF_HA.items() if "healthcheck" not in one} == {"ha-migrate", "ha-beat"}
    assert {name for name, one in OF_HA.items() if one["restart"] != "unless-stopped"} == {"ha-migrate"}


def test_a_node_has_time_to_end_and_memory_to_share() -> None:
    for name in NODES:
        assert (OF_HA[name]["stop_grace_period"], OF_HA[name]["shm_size"]) == ("60s", "256mb")
        assert OF_HA[name]["init"] is True

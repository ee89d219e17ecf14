"""What the profile `ha` has besides Ringup: settings of Patroni, HAProxy and etcd, and two of their images."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from benchmarks.failover.node import BOOTSTRAP, PARAMETERS
from benchmarks.hosts.programs import PROXY_CONFIGURATION
from project.env import PROJECT_FOLDER
from project.stack.embedded.root import LIBRARIES
from tests.support.composed import COMPOSE, SERVICES, environment_of, interpolated

FOLDER = PROJECT_FOLDER / "deploy" / "compose"
PATRONI: dict[str, Any] = yaml.safe_load((FOLDER / "patroni.yml").read_text())
PROXY = FOLDER / "haproxy.cfg"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
NODES, ETCDS = ("ha-north", "ha-south"), ("ha-etcd-1", "ha-etcd-2", "ha-etcd-3")
LOCKED = re.compile(r"^([\w-]+)==([^\s;]+)", re.MULTILINE)


def test_a_node_is_told_what_was_run() -> None:
    bootstrap = dict(PATRONI["bootstrap"])
    assert bootstrap.pop("post_bootstrap") == "sh /etc/patroni/roles.sh"
    assert bootstrap == BOOTSTRAP
    assert PATRONI["postgresql"]["parameters"] == PARAMETERS


def test_the_first_copy_waits_for_no_checkpoint() -> None:
    """Run with two nodes: 6 seconds until both are healthy in place of 90, which is when compose gives a node up."""
    assert PATRONI["postgresql"]["basebackup"] == [{"checkpoint": "fast"}]


def test_the_page_shows_how_a_node_fails_over() -> None:
    (shown,) = re.findall(r"```yaml\n(bootstrap:.*?)```", (PROJECT_FOLDER / "docs/hosts.md").read_text(), re.DOTALL)
    told = yaml.safe_load(shown)["bootstrap"]["dcs"]
    assert told["postgresql"].items() <= BOOTSTRAP["dcs"]["postgresql"].items()
    assert {**told, "postgresql": BOOTSTRAP["dcs"]["postgresql"]} == BOOTSTRAP["dcs"]


@pytest.mark.parametrize("name", NODES)
def test_patroni_finds_nothing_wrong(name: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as etcd:
        here = {"etcd3": {"hosts": [f"127.0.0.1:{etcd.getsockname()[1]}"]}}
        data = {"postgresql": {**PATRONI["postgresql"], "data_dir": str(tmp_path / "data")}}
        file = tmp_path / "patroni.yml"
        file.write_text(yaml.safe_dump({**PATRONI, **here, **data}))
        program = Path(sys.executable).with_name("patroni")
        command = [str(program), "--validate-config", "--ignore-listen-port", "--print", str(file)]
        told = {**environment_of(name), "PATH": f"{LIBRARIES / 'pginstall' / 'bin'}:/usr/bin:/bin"}
        ended = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    read = yaml.safe_load(ended.stdout)
    assert (read["name"], read["restapi"]["connect_address"]) == (name, f"{name}:8008")
    assert read["postgresql"]["connect_address"] == f"{name}:5432"
    assert read["postgresql"]["authentication"] == {
        "superuser": {"username": "superuser", "password": "superusers0password"},
        "replication": {"username": "replication", "password": "replications0password"},
    }
    assert read["restapi"]["authentication"] == {"username": "patroni", "password": "patronis0password"}


def test_a_node_lets_in_by_password_and_the_shops_roles_to_their_database_alone() -> None:
    rules = [rule.split() for rule in PATRONI["postgresql"]["pg_hba"]]
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    assert {(rule[1], rule[2]) for rule in rules} == {
        ("replication", "replication"),
        ("all", "superuser"),
        ("ringup", "ringup_owner,ringup_app"),
    }
    assert {rule[3] for rule in rules} == {"samenet"}


def test_the_roles_are_those_of_one_database() -> None:
    """Which tests/integration tries, but that the superuser of a cluster keeps its password."""
    made, there = (
        re.findall(r"<<'SQL'\n(.*)\nSQL\n", script, re.DOTALL)[0].splitlines()
        for script in ((FOLDER / "roles.sh").read_text(), COMPOSE["configs"]["roles"]["content"])
    )
    assert made == [line for line in there if line != "ALTER ROLE CURRENT_USER PASSWORD NULL;"]


@pytest.mark.parametrize("name", NODES)
def test_what_makes_the_roles_is_told_their_passwords(name: str, tmp_path: Path) -> None:
    psql = tmp_path / "psql"
    psql.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    psql.chmod(0o700)
    told = {**environment_of(name), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = ["sh", str(FOLDER / "roles.sh"), "dbname=postgres host=localhost"]
    words = subprocess.run(command, env=told, capture_output=True, text=True, check=True).stdout.splitlines()
    assert {"ON_ERROR_STOP=1", "owner=owners0password", "application=applications0password"} <= {*words}
    assert words[-1] == "dbname=postgres host=localhost"


def test_the_proxy_is_the_one_that_was_run() -> None:
    begins = PROXY_CONFIGURATION.index("backend webs\n    mode")
    shown, names = PROXY.read_text().split("    server ", maxsplit=1)
    assert shown.endswith(PROXY_CONFIGURATION[begins:].removesuffix("{servers}\n"))
    servers = [line.split()[-1] for line in names.splitlines()]
    assert servers == ["ha-web-1:8000", "ha-web-2:8000"]
    (mounted,) = SERVICES["ha-proxy"]["configs"]
    assert PROJECT_FOLDER / COMPOSE["configs"][mounted["source"]]["file"] == PROXY


def test_haproxy_finds_nothing_wrong() -> None:
    """But that this machine knows no `ha-web-1`, which it does without until it is there."""
    haproxy = shutil.which("haproxy")
    assert haproxy
    ended = subprocess.run([haproxy, "-c", "-f", PROXY], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    warned = [line for line in ended.stderr.splitlines() if "[WARNING]" in line]
    assert len(warned) == sum("could not resolve address 'ha-web-" in line for line in warned) == 2, ended.stderr


class Answering(BaseHTTPRequestHandler):
    def __init__(self, status: int, *arguments: Any) -> None:
        self.status = status
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@contextmanager
def answering(status: int) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), partial(Answering, status)) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_proxy_is_well_while_a_web_server_is(status: int, healthy: bool) -> None:
    word, *command = SERVICES["ha-proxy"]["healthcheck"]["test"]
    assert word == "CMD"
    with answering(status) as port:
        asked = [interpolated(one).replace("/8000", f"/{port}") for one in command]
        ended = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode == 0) == healthy, ended.stderr


def test_three_say_who_leads_and_know_each_other() -> None:
    assert {host.partition(":")[0] for host in PATRONI["etcd3"]["hosts"]} == {*ETCDS}
    for name in ETCDS:
        told = environment_of(name)
        assert told["ETCD_NAME"] == name
        assert told["ETCD_ADVERTISE_CLIENT_URLS"] == f"http://{name}:2379"
        assert told["ETCD_INITIAL_ADVERTISE_PEER_URLS"] == f"http://{name}:2380"
        peers = dict(one.split("=") for one in told["ETCD_INITIAL_CLUSTER"].split(","))
        assert peers == {one: f"http://{one}:2380" for one in ETCDS}
        assert told["ETCD_AUTO_COMPACTION_RETENTION"] == "1h"


def test_the_image_holds_the_releases_that_tests_run_and_runs_as_nobody_special() -> None:
    locked, tested = (
        {*LOCKED.findall((PROJECT_FOLDER / f"requirements/{name}.txt").read_text())} for name in ("patroni", "dev")
    )
    assert "patroni" in dict(locked)
    assert locked <= tested
    assert "pip install --require-hashes -r requirements/patroni.txt" in DOCKERFILE
    etcd, patroni = DOCKERFILE.split("FROM postgres:18 AS patroni")
    assert re.findall(r"^USER (.*)$", etcd, re.MULTILINE) == ["etcd"]
    assert re.findall(r"^USER (.*)$", patroni, re.MULTILINE) == ["postgres"]
    assert COMPOSE["services"]["postgres"]["image"] == "postgres:18"


def test_the_image_is_built_from_what_is_there() -> None:
    ignored = (PROJECT_FOLDER / ".dockerignore").read_text().splitlines()
    copied = [line.split()[1:-1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    for source in [one for sources in copied for one in sources]:
        assert (PROJECT_FOLDER / source).is_file()
        assert f"!{source}" in ignored
    for name in (*NODES, *ETCDS):
        build = SERVICES[name]["build"]
        assert (build["context"], PROJECT_FOLDER / build["dockerfile"]) == (".", FOLDER / "Dockerfile")
        assert build["target"] == ("etcd" if name in ETCDS else "patroni")
        assert f" AS {build['target']}\n" in DOCKERFILE
    data = PATRONI["postgresql"]["data_dir"]
    assert all(Path(data).is_relative_to(SERVICES[name]["volumes"][0].partition(":")[2]) for name in NODES)
    assert all(
        Path(environment_of(name)["ETCD_DATA_DIR"]).is_relative_to(SERVICES[name]["volumes"][0].partition(":")[2])
        for name in ETCDS
    )

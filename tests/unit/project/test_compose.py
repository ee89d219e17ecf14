"""The image and the services: as far as their files tell, for nothing here can run them."""

import re
import tomllib
from typing import Any

import pytest
import yaml
from django.conf import settings

from project.env import PROJECT_FOLDER, variables
from project.stack.needs import COUNTING, KEYS, NEEDS, OWNERS
from project.stack.processes import procfile

TEXT = (PROJECT_FOLDER / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = {
    name: one for name, one in COMPOSE["services"].items() if "ha" not in one.get("profiles", [])
}
"""Those of the profile `ha` have tests of their own, in tests/unit/deploy."""
DOCKERFILE = (PROJECT_FOLDER / "Dockerfile").read_text()

STORES = {"postgres", "valkey", "rabbitmq"}
PROCESSES = set(procfile())
INTERPOLATION = re.compile(r"(?<!\$)(?:\$\$)*\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")

# What the image, the Procfile or the port mapping settles.
NOT_FOR_COMPOSE = {
    "RINGUP_HOME",
    "DATABASE_POOL",
    "WEB_PORT",
    "ACCOUNTING_PORT",
    "SILENCE_MAX_S",
}


def test_the_services_are_the_databases_the_migration_and_the_processes() -> None:
    assert set(SERVICES) == STORES | {"migrate"} | PROCESSES


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_service_runs_the_procfiles_command(name: str) -> None:
    shell, option, command = SERVICES[name]["command"]

    assert shell == "sh"
    assert option == "-c"
    assert command.replace("$$", "$") == procfile()[name]
    assert not INTERPOLATION.search(command)


def test_waiting_tills_leave_threads_of_the_web_server_to_others() -> None:
    threads = re.search(r"--blocking-threads (\d+)", procfile()["web"])
    assert threads
    assert int(threads[1]) >= settings.WAITERS_MAX + 100


def test_the_image_holds_every_room_that_is_shipped() -> None:
    """The client is for tills, which are elsewhere."""
    rooms = tomllib.loads((PROJECT_FOLDER / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    assert set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE)) == set(rooms) - {"ringup_client"}


def test_a_secret_has_no_default_and_stands_nowhere() -> None:
    secrets = {"POSTGRES_PASSWORD", "APPLICATION_PASSWORD", "SECRET_KEY", "FLOWER_BASIC_AUTH"}
    for used in INTERPOLATION.finditer(TEXT):
        required = used["rest"].startswith(":?") and len(used["rest"]) > 2
        assert required == (used["name"] in secrets), used[0]

    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|AUTH$", variable):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), variable
    urls = SERVICES["migrate"]["environment"]
    assert "postgresql://ringup_app:${APPLICATION_PASSWORD:?" in urls["DATABASE_URL"]
    assert "postgresql://ringup_owner:${POSTGRES_PASSWORD:?" in urls["OWNER_DATABASE_URL"]


def test_every_setting_reaches_the_processes_and_none_is_misspelt() -> None:
    known = {name for name, _, _ in variables()}
    given = {name for process in {"migrate", *PROCESSES} for name in SERVICES[process]["environment"]}

    assert given == known - NOT_FOR_COMPOSE


def test_a_service_gets_the_keys_that_it_uses_and_no_other() -> None:
    keys = {name: KEYS & set(service.get("environment", {})) for name, service in SERVICES.items()}
    assert keys == {
        **NEEDS,
        "migrate": {"DATABASE_URL", "BROKER_URL", *OWNERS},
        "postgres": set(),
        "valkey": set(),
        "rabbitmq": set(),
    }
    assert {name for name, one in SERVICES.items() if "POSTGRES_PASSWORD" in one.get("environment", {})} == {"postgres"}


def test_every_setting_that_holds_a_secret_is_a_key() -> None:
    secret = re.compile(r"(_KEY|_AUTH|PASSWORD|TOKEN|(DATABASE|DATABASE_READ|BROKER|ACCOUNTING)_URL)$")
    assert {name for name, _, _ in variables() if secret.search(name)} == KEYS - {"ACCOUNTING_ADAPTER"}


def test_the_application_is_no_superuser_of_its_database() -> None:
    script = COMPOSE["configs"]["roles"]["content"]
    assert "CREATE ROLE ringup_owner LOGIN NOSUPERUSER" in script
    assert "CREATE ROLE ringup_app LOGIN NOSUPERUSER" in script
    assert "POSTGRES_USER" not in SERVICES["postgres"]["environment"]
    assert SERVICES["postgres"]["configs"][0]["target"].startswith("/docker-entrypoint-initdb.d/")


def test_ports_are_bound_to_loopback_and_databases_have_none() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(published) == {"web", "flower"}
    for ports in published.values():
        assert all(port.startswith("127.0.0.1:") for port in ports)
    assert all(SERVICES[name]["networks"] == ["inside"] for name in STORES)
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_no_service_has_more_rights_than_it_needs() -> None:
    for name, service in SERVICES.items():
        assert not {"privileged", "network_mode", "pid", "cap_add", "devices", "user"} & set(service), name
        assert not any(mount.startswith(("/", ".")) for mount in service.get("volumes", [])), name
        if name not in STORES:
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]
            assert service["read_only"] is True
            assert service["tmpfs"] == ["/tmp:size=64m,mode=1777"]  # noqa: S108 - of a container


def test_processes_wait_for_the_migration_and_that_for_a_healthy_database() -> None:
    migrated = {"migrate": {"condition": "service_completed_successfully"}, "valkey": {"condition": "service_healthy"}}
    for name in PROCESSES - {"accounting"}:
        assert SERVICES[name]["depends_on"] == migrated, name
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert all("test" in SERVICES[name]["healthcheck"] for name in STORES)


def test_the_migration_makes_no_shop_and_no_user() -> None:
    assert SERVICES["migrate"]["command"] == ["python", "-m", "project", "manage", "migrate", "--no-input"]


def test_what_ends_is_started_again_but_a_migration_runs_once() -> None:
    policies = {name: service["restart"] for name, service in SERVICES.items()}

    assert policies.pop("migrate") == "no"
    assert set(policies.values()) == {"unless-stopped"}


def test_all_that_must_outlive_a_container_is_on_a_volume() -> None:
    mounted = {
        mount.partition(":")[0]: mount.partition(":")[2] for s in SERVICES.values() for mount in s.get("volumes", [])
    }

    assert mounted == {
        "postgres": "/var/lib/postgresql",
        "valkey": "/data",
        "rabbitmq": "/var/lib/rabbitmq",
        "accounting": "/var/lib/ringup/accounting",
        "metrics": "/var/lib/ringup/metrics",
    }
    assert {name for name in COMPOSE["volumes"] if not name.startswith("ha-")} == set(mounted)
    for words in (["--appendonly", "yes"], ["--appendfsync", "everysec"], ["--maxmemory-policy", "noeviction"]):
        assert " ".join(words) in " ".join(SERVICES["valkey"]["command"])


def test_who_counts_does_it_where_the_web_server_looks() -> None:
    folder = COMPOSE["x-shop"]["PROMETHEUS_MULTIPROC_DIR"]
    told = {name for name, one in SERVICES.items() if one.get("environment", {}).get("PROMETHEUS_MULTIPROC_DIR")}
    assert told == COUNTING
    assert {name for name, one in SERVICES.items() if f"metrics:{folder}" in one.get("volumes", [])} == COUNTING


def test_who_answers_is_asked_for_its_health() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"migrate", "beat"}


def test_the_image_holds_the_locked_requirements_and_runs_as_nobody_special() -> None:
    instructions = re.findall(r"^([A-Z]+) (.*)$", DOCKERFILE, re.MULTILINE)
    copied = [arguments.split() for word, arguments in instructions if word == "COPY"]

    assert "pip install --require-hashes -r requirements/run.txt" in DOCKERFILE
    assert "dev.txt" not in DOCKERFILE
    assert instructions[-1] == ("USER", "ringup")
    ignored = (PROJECT_FOLDER / ".dockerignore").read_text().splitlines()
    for source, target in copied:
        assert source == target
        assert (PROJECT_FOLDER / source).exists()
        assert f"!{source}" in ignored
    assert ignored[0] == "*"


def test_flower_remembers_so_many_tasks_and_no_more() -> None:
    """By itself it keeps ten times as many, and grows with them: by 51 MB in 100,000 commands, measured."""
    (kept,) = re.findall(r" --max-tasks=(\d+) ", procfile()["flower"])
    assert int(kept) == 10_000

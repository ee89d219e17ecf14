"""The Kubernetes example against the published schemas, and against the Procfile, the settings and the web server."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import resolve

from project.env import PROJECT_FOLDER, variables
from project.stack.needs import KEYS, NEEDS, OWNERS
from project.stack.processes import procfile
from tests.support.browser.library import make_importable

FOLDER = PROJECT_FOLDER / "deploy" / "kubernetes"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())
FILES = [*KUSTOMIZATION["resources"], "secrets.example.yaml"]
ALL: list[dict[str, Any]] = [one for name in FILES for one in yaml.safe_load_all((FOLDER / name).read_text())]
RELEASES = ("1.30", "1.37")
"""Of Kubernetes."""

KNOWN = {name for name, _, _ in variables()}
PROCESSES = set(procfile()) - {"accounting"}
DRAINS_WITHIN_S = {"web": 15, "worker": 60, "worker-io": 60, "beat": 15, "flower": 15}


def of(kind: str) -> dict[str, dict[str, Any]]:
    return {one["metadata"]["name"]: one for one in ALL if one["kind"] == kind}


PODS = {name: one["spec"]["template"]["spec"] for name, one in {**of("Deployment"), **of("Job")}.items()}
SECRETS = {name: set(one["stringData"]) for name, one in of("Secret").items()}


def container(name: str) -> dict[str, Any]:
    (one,) = PODS[name]["containers"]
    assert isinstance(one, dict)
    return one


def given(name: str) -> set[str]:
    """The variables of a pod's one container."""
    sources = container(name)["envFrom"]
    secrets = [SECRETS[one["secretRef"]["name"]] for one in sources if "secretRef" in one]
    settings = [set(of("ConfigMap")[one["configMapRef"]["name"]]["data"]) for one in sources if "configMapRef" in one]
    return set().union(*secrets, *settings, {one["name"] for one in container(name).get("env", [])})


@pytest.mark.parametrize("release", RELEASES)
def test_each_object_is_as_kubernetes_has_published_it(release: str) -> None:
    """Strictly: a field that nobody knows is one too many."""
    make_importable(PROJECT_FOLDER / ".ringup" / "deploy", PROJECT_FOLDER / "requirements" / "deploy.txt")
    validate = import_module("kubernetes_validate").validate
    for one in ALL:
        validate(one, release, strict=True)
    assert len(ALL) > 25


def test_every_file_is_applied() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FILES, "kustomization.yaml"}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_deployment_runs_the_procfiles_command(name: str) -> None:
    assert set(of("Deployment")) == PROCESSES
    assert container(name)["command"] == ["sh", "-c"]
    (command,) = container(name)["args"]
    assert command == procfile()[name]
    assert "$(" not in command, "Kubernetes would put something else there"


def test_the_migration_is_the_one_that_an_operator_runs() -> None:
    assert container("migrate")["command"] == ["python", "-m", "project", "manage", "migrate", "--no-input"]
    assert "args" not in container("migrate")


def test_each_pod_is_told_the_secrets_that_it_needs_and_no_other() -> None:
    may = {**NEEDS, "migrate": {"DATABASE_URL", "BROKER_URL", *OWNERS}}
    without = {"DATABASE_READ_URL", "ACCOUNTING_ADAPTER"}
    assert {name: given(name) & KEYS for name in PODS} == {name: set(may[name]) - without for name in PODS}
    assert set().union(*map(given, PODS)) <= KNOWN


@pytest.mark.parametrize("name", sorted(PODS))
def test_a_pod_has_no_right_that_it_does_not_need(name: str) -> None:
    """As the standard for restricted pods asks, which the namespace enforces; and nothing can be written but /tmp."""
    pod, own = PODS[name], container(name)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert own["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False, "FLOWER_PORT would be an address"
    assert set(own["resources"]) == {"requests", "limits"}
    assert all("emptyDir" in volume for volume in pod["volumes"])
    enforced = of("Namespace")["ringup"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
    assert enforced == "restricted"


def test_the_user_is_the_images() -> None:
    assert "useradd --system --uid 10001" in (PROJECT_FOLDER / "Dockerfile").read_text()
    assert {pod["securityContext"]["runAsUser"] for pod in PODS.values()} == {10001}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_what_is_asked_to_end_may_finish(name: str) -> None:
    before = container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
    assert PODS[name]["terminationGracePeriodSeconds"] >= int(before[1]) + DRAINS_WITHIN_S[name]


def test_the_web_server_is_asked_where_it_answers() -> None:
    (port,) = container("web")["ports"]
    told = {one["name"]: one["value"] for one in container("web")["env"]}
    everywhere = "0.0.0.0"  # noqa: S104 - within its pod
    assert (told["WEB_HOST"], told["WEB_PORT"]) == (everywhere, str(port["containerPort"]))
    probes = {kind: container("web")[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")}
    paths = {kind: resolve(probe["path"]).func.__name__ for kind, probe in probes.items()}
    assert paths == {"startup": "healthz", "readiness": "readyz", "liveness": "healthz"}
    for probe in probes.values():
        assert probe["port"] == port["name"]
        assert probe["httpHeaders"] == [{"name": "Host", "value": "127.0.0.1"}], "which is always answered to"


@pytest.mark.parametrize("name", ["worker", "worker-io"])
def test_a_worker_is_asked_as_in_compose(name: str) -> None:
    compose = yaml.safe_load((PROJECT_FOLDER / "docker-compose.yml").read_text())
    _, asked = compose["services"][name]["healthcheck"]["test"]
    for kind in ("startup", "liveness"):
        assert container(name)[f"{kind}Probe"]["exec"]["command"] == ["sh", "-c", asked.replace("$$", "$")]


def test_one_of_two_may_be_drained_and_hosts_share_them() -> None:
    several = {name for name, one in of("Deployment").items() if one["spec"]["replicas"] > 1}
    assert several == PROCESSES - {"flower"}
    assert set(of("PodDisruptionBudget")) == several
    for name in several:
        assert of("PodDisruptionBudget")[name]["spec"]["minAvailable"] == 1
        spread = PODS[name]["topologySpreadConstraints"]
        assert [one["topologyKey"] for one in spread] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]


def test_selectors_find_their_pods() -> None:
    for name, one in of("Deployment").items():
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert one["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert labels["app.kubernetes.io/name"] == name
    for one in [*of("Service").values(), *of("PodDisruptionBudget").values()]:
        selector = one["spec"]["selector"]
        assert selector.get("matchLabels", selector) == {"app.kubernetes.io/name": one["metadata"]["name"]}
    named = [
        rule for one in of("NetworkPolicy").values() for rule in one["spec"]["podSelector"].get("matchExpressions", [])
    ]
    assert set().union(*(rule["values"] for rule in named)) == set(PODS)


def test_only_what_is_named_is_let_through_from_outside() -> None:
    (rule,) = of("Ingress")["shop"]["spec"]["rules"]
    through = {(one["path"], one["pathType"]) for one in rule["http"]["paths"]}
    assert through == {("/", "Exact"), *((path, "Prefix") for path in ("/api", "/till", "/admin", "/static"))}
    assert rule["host"] == of("ConfigMap")["ringup-shop"]["data"]["ALLOWED_HOSTS"]
    assert of("NetworkPolicy")["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_no_secret_stands_in_the_example() -> None:
    texts = [value for one in of("Secret").values() for value in one["stringData"].values()]
    assert all("PASSWORD" in text or text in ("", "LONG-RANDOM-TEXT", "https://books.example") for text in texts)
    assert "secrets.example.yaml" not in KUSTOMIZATION["resources"]
    assert Path(FOLDER / "secrets.example.yaml").exists()

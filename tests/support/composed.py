"""The compose file as an engine would read it."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from project.env import PROJECT_FOLDER

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_FOLDER / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OF_HA = {name: service for name, service in SERVICES.items() if "ha" in service.get("profiles", [])}
ENVIRON = {
    "POSTGRES_PASSWORD": "owners0password",
    "APPLICATION_PASSWORD": "applications0password",
    "SUPERUSER_PASSWORD": "superusers0password",
    "REPLICATION_PASSWORD": "replications0password",
    "PATRONI_PASSWORD": "patronis0password",
    "SECRET_KEY": "secret0" * 8,
    "FLOWER_BASIC_AUTH": "keeper:flowers0password",
}
"""What is set by who starts it."""

# Of all forms that there are those that the file has; in a text with another one the rest of it is left.
_FORM = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:-|:\?)(?P<rest>[^{}]*))?\})")


def interpolated(text: str, environ: Mapping[str, str] = ENVIRON) -> str:
    """As compose does it; a KeyError where it would ask for a variable."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        if found["how"] == ":?":
            return environ[found["name"]]
        return environ.get(found["name"]) or found["rest"] or ""

    return _FORM.sub(value, text)


def environment_of(name: str, environ: Mapping[str, str] = ENVIRON) -> dict[str, str]:
    """What a service's processes are told."""
    given: Mapping[str, str | None] = SERVICES[name].get("environment", {})
    known = {variable: environ.get(variable) if text is None else text for variable, text in given.items()}
    return {variable: interpolated(text, environ) for variable, text in known.items() if text is not None}


def wanted_by(name: str) -> set[str]:
    """A service, and all that is started with it."""
    return {name}.union(*(wanted_by(other) for other in SERVICES[name].get("depends_on", ())))

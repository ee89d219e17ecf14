"""The compose file against the published schema, and the commands that the pages tell against the file."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from project import env as environment
from project.env import PROJECT_FOLDER
from tests.support.browser.library import make_importable

FILE = PROJECT_FOLDER / "docker-compose.yml"
SERVICES = set(yaml.safe_load(FILE.read_text())["services"])
PAGES = ("README.md", "docs/upgrade.md", "docs/deploy.md", "docs/rabbitmq.md")
OPTIONS = {
    "build": set(),
    "up": {"--build", "--detach", "--no-deps", "--no-recreate", "--scale", "--profile"},
    "run": {"--rm"},
    "exec": set(),
}
"""Of each command what the pages use of it."""


def commands() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for line in re.findall(r"^docker compose (.*)$", (PROJECT_FOLDER / page).read_text(), re.MULTILINE):
            yield page, line.split()


def test_the_file_is_as_the_specification_of_compose_says() -> None:
    home = PROJECT_FOLDER / ".ringup" / "deploy"
    make_importable(home, PROJECT_FOLDER / "requirements" / "deploy.txt")
    asked = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    child = environment.for_child(PYTHONPATH=str(home / "packages"))
    done = subprocess.run(asked, env=child, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("page", "words"), [*commands()])
def test_a_command_of_a_page_names_services_that_there_are(page: str, words: list[str]) -> None:
    verb, *rest = words[2:] if words[0] == "--profile" else words
    named = [word for word in rest if not word.startswith("-")]
    assert {word for word in rest if word.startswith("--")} <= OPTIONS[verb], (page, words)
    if verb in ("exec", "run"):
        named = named[:1]  # what comes after it is for the container
    assert {name.partition("=")[0] for name in named} <= SERVICES, (page, words)


def test_the_pages_tell_of_compose() -> None:
    assert {page for page, _ in commands()} >= {"README.md", "docs/upgrade.md"}

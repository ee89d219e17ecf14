"""`./ringup status`: what runs in this home, where, whether each store sells, and what needs a person. Status 0: all of
it runs, and nothing of it is bad."""

import os
from importlib import import_module
from typing import Any

import django
import urllib3

from base.sql.faults import DATABASE_ERRORS
from project import env as environment
from project.commands.manage import servers
from project.stack.embedded.child import ServerFailed
from project.stack.running import is_alive, is_running, run_info

ASKED_WITHIN_S = 5
MARKS = {"good": " ", "look": "!", "bad": "X"}


def main(arguments: list[str]) -> int:
    if arguments:
        environment.stop(f"status takes no arguments, not {' '.join(arguments)}")
    home = environment.current().ringup_home
    run = run_info(home)
    if run is None:
        print(f"ringup: {'a stack is starting or stopping' if is_running(home) else 'no stack runs'} in {home}")
        return 1
    print(f"A stack runs in {home}\n")
    dead = [name for name, pid in run["pids"].items() if not is_alive(pid)]
    for name, pid in run["pids"].items():
        print(f"  {name:12}{pid:>8}  {how_it_is(name, dead=dead, silent=run['silent'])}")
    reasons = why_not_ready(run["base_url"])
    print(f"\n  Till    {run['base_url']}/till/\n  Admin   {run['admin_url']}\n  Flower  {run['flower_url']}/")
    print(f"  API     {run['base_url']}/api/v1/docs")
    print(f"  Health  {'ready' if not reasons else '; '.join(reasons)}\n")
    told = shop(run)
    for mark, line in told:
        print(f"{MARKS[mark]} {line}")
    return 1 if dead or run["silent"] or reasons or "bad" in dict(told) else 0


def shop(run: dict[str, Any]) -> list[tuple[str, str]]:
    """(how bad, line) of what the first page says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    try:
        with servers(environment.current()):
            django.setup()
            lines = import_module("project.console.words").lines  # once Django is set up
            return list(lines(run["base_url"], f"{run['flower_url']}/"))
    except (ServerFailed, *DATABASE_ERRORS) as error:
        return [("bad", f"The database cannot be asked: {str(error).strip()}")]


def how_it_is(name: str, *, dead: list[str], silent: list[str]) -> str:
    if name in dead:
        return "is being started again"
    return "does not answer" if name in silent else "runs"


def why_not_ready(base_url: str) -> list[str]:
    try:
        answer = urllib3.request("GET", f"{base_url}/readyz", timeout=ASKED_WITHIN_S, retries=False)
        told: dict[str, Any] = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError):
        return ["the web server does not answer"]
    return [str(reason) for reason in told.get("reasons", [])]

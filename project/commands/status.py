"""`./ringup status`: what runs in this home, where, and whether it is well. Status 0: all of it."""

from typing import Any

import urllib3

from project import env as environment
from project.stack.running import is_alive, is_running, run_info

ASKED_WITHIN_S = 5


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
    print(f"\n  API     {run['base_url']}/api/v1/docs\n  Till    {run['base_url']}/till/")
    print(f"  Admin   {run['admin_url']}\n  Flower  {run['flower_url']}/")
    print(f"  Health  {'ready' if not reasons else '; '.join(reasons)}")
    return 1 if dead or run["silent"] or reasons else 0


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

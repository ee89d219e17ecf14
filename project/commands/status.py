"""`./ringup status`: what runs in this home, where, whether each store sells, and what needs a person."""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django
import urllib3

from base.causes import why
from base.operator.help import parser_of
from base.operator.shown import table_text
from base.sql.faults import DATABASE_ERRORS
from project import env as environment
from project.commands.manage import servers
from project.stack.embedded.child import ServerFailed
from project.stack.running import is_alive, is_running, run_info

ASKED_WITHIN_S = 5
RUNS, SILENT, DEAD = "runs", "does not answer", "is being started again"
MARKS = {"good": "", "look": "!", "bad": "X"}
DOES = """Tell what runs in this home, where it is, whether each store sells, and what needs a person: lines with X are
bad, and lines with ! are worth a look."""
EXAMPLES = ["./ringup status", "./ringup status --json | jq '.shop[] | select(.severity != \"good\")'"]
ENDS = {0: "all of it runs, and nothing of it is bad", 1: "no stack runs, or something is bad"}


def main(arguments: list[str]) -> int:
    parser = parser_of("status", DOES, examples=EXAMPLES, ends=ENDS)
    parser.add_argument("--json", action="store_true", help="print it for a program")
    options = parser.parse_args(arguments)
    home = environment.current().ringup_home
    run = run_info(home)
    if run is None:
        state = "starting or stopping" if is_running(home) else "none"
        if options.json:
            print(json.dumps({"home": str(home), "state": state}))
        else:
            print(f"ringup: {'no stack runs' if state == 'none' else 'a stack is starting or stopping'} in {home}")
        return 1
    facts = facts_of(run)
    print(json.dumps({"home": str(home), "state": "running", **facts}) if options.json else page(home, facts))
    is_bad = any(one["severity"] == "bad" for one in facts["shop"])
    return 1 if is_bad or facts["reasons"] or any(one["state"] != RUNS for one in facts["processes"]) else 0


def facts_of(run: dict[str, Any]) -> dict[str, Any]:
    base = run["base_url"]
    return {
        "processes": [
            {"name": name, "pid": pid, "state": how_it_is(name, pid, silent=run["silent"])}
            for name, pid in run["pids"].items()
        ],
        "addresses": {
            "Till": f"{base}/till/",
            "Admin": run["admin_url"],
            "Flower": f"{run['flower_url']}/",
            "API": f"{base}/api/v1/docs",
        },
        **readiness(base),
        "shop": shop(run),
    }


def page(home: object, facts: dict[str, Any]) -> str:
    on_terminal = sys.stdout.isatty()
    processes = [(one["name"], str(one["pid"]), one["state"]) for one in facts["processes"]]
    how = ["bad" if one["state"] != RUNS else "" for one in facts["processes"]]
    columns = ("process", "number", "")
    health = ("Health", "; ".join([*(facts["reasons"] or ["ready"]), *facts["notes"]]))
    shop = [(MARKS[one["severity"]], one["name"], f"{one['text']}\n{one['page']}".strip()) for one in facts["shop"]]
    return "\n".join(
        [
            f"A stack runs in {home}\n",
            table_text(columns, processes, right=("number",), severities=how, on_terminal=on_terminal),
            table_text(("", ""), [*facts["addresses"].items(), health], on_terminal=on_terminal),
            table_text(
                ("", "", ""),
                shop,
                severities=[one["severity"] if one["severity"] != "good" else "" for one in facts["shop"]],
                on_terminal=on_terminal,
            ).rstrip(),
        ]
    )


def shop(run: dict[str, Any]) -> list[dict[str, str]]:
    """What the first page says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    try:
        with servers(environment.current()):
            django.setup()
            said = import_module("project.console.words").said  # once Django is set up
            return [asdict(one) for one in said(run["base_url"], f"{run['flower_url']}/")]
    except (ServerFailed, *DATABASE_ERRORS) as error:
        return [{"severity": "bad", "name": "Database", "text": f"it cannot be asked: {why(error)}", "page": ""}]


def how_it_is(name: str, pid: int, *, silent: list[str]) -> str:
    if not is_alive(pid):
        return DEAD
    return SILENT if name in silent else RUNS


def readiness(base_url: str) -> dict[str, list[str]]:
    """`reasons`: why it is not ready; `notes`: what else is to be known."""
    try:
        answer = urllib3.request("GET", f"{base_url}/readyz", timeout=ASKED_WITHIN_S, retries=False)
        told: dict[str, Any] = answer.json()
    except (urllib3.exceptions.HTTPError, ValueError):
        return {"reasons": ["the web server does not answer"], "notes": []}
    return {name: [str(one) for one in told.get(name, [])] for name in ("reasons", "notes")}

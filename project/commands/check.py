"""`./ringup check`: everything that can be said about the code without running it."""

import subprocess
import sys
from pathlib import Path

from base.operator.help import parser_of
from project import env as environment
from project.commands.audit import audit

DOES = """Say all that can be said about the code without running it: lint, format, types, imports, migrations, and
whether a locked version is known to be unsafe, where the database of that can be reached."""
EXAMPLES = ["./ringup check", ".venv/bin/ruff check --fix ."]
ENDS = {0: "nothing is wrong", 1: "something is: the last line names what"}
PROGRAMS = Path(sys.executable).parent
CHECKS = [
    ["ruff", "check", "."],
    ["ruff", "format", "--check", "."],
    ["mypy", "."],
    ["lint-imports", "--no-logo"],
    ["python", "-m", "project", "manage", "makemigrations", "--check", "--dry-run"],
]


def main(arguments: list[str]) -> int:
    """All checks run, also after one has failed."""
    parser_of("check", DOES, examples=EXAMPLES, ends=ENDS).parse_args(arguments)
    failed = []
    for program, *options in CHECKS:
        print(f"$ {program} {' '.join(options)}", flush=True)
        if subprocess.call([PROGRAMS / program, *options], cwd=environment.PROJECT_FOLDER):
            failed.append(program)
    is_safe, said = audit(PROGRAMS)
    print(said, flush=True)
    if not is_safe:
        failed.append("audit")
    if failed:
        print(f"ringup: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0

"""`./ringup check`: everything that can be said about the code without running it."""

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
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
    """All checks run, side by side, also after one has failed; what each says comes in their order."""
    parser_of("check", DOES, examples=EXAMPLES, ends=ENDS).parse_args(arguments)
    failed = []
    with ThreadPoolExecutor(max_workers=len(CHECKS) + 1) as side_by_side:
        audited = side_by_side.submit(audit, PROGRAMS)
        for command, (ended, said) in zip(CHECKS, side_by_side.map(_ran, CHECKS), strict=True):
            print(f"$ {' '.join(command)}\n{said}", end="", flush=True)
            if ended:
                failed.append(command[0])
        is_safe, said = audited.result()
    print(said, flush=True)
    if not is_safe:
        failed.append("audit")
    if failed:
        print(f"ringup: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _ran(command: Sequence[str]) -> tuple[int, str]:
    """Its exit status, and what it said."""
    program, *options = command
    done = subprocess.run(
        [PROGRAMS / program, *options],
        cwd=environment.PROJECT_FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout

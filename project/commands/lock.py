"""`./ringup lock`: resolve requirements/*.in anew, for every supported Python and platform, with hashes."""

import subprocess
import sys
from pathlib import Path

from base.operator.help import parser_of
from project.env import PROJECT_FOLDER

DOES = """Resolve requirements/*.in anew, for every supported Python and platform, with hashes. Arguments go to
uv pip compile."""
EXAMPLES = ["./ringup lock", "./ringup lock --upgrade-package django"]
COMPILE = [
    "pip",
    "compile",
    "-q",
    "--system-certs",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--custom-compile-command=./ringup lock",
]


def main(arguments: list[str]) -> int:
    if set(arguments) & {"-h", "--help"}:
        parser_of("lock [OPTIONS OF UV]", DOES, examples=EXAMPLES, ends={}).print_help()
        return 0
    for name in ("run", "dev", "uv", "tryton", "browser", "tracing", "deploy", "patroni"):
        subprocess.run(
            [Path(sys.executable).with_name("uv"), *COMPILE, *arguments, f"{name}.in", "-o", f"{name}.txt"],
            cwd=PROJECT_FOLDER / "requirements",
            check=True,
        )
    return 0

"""`./ringup lock`: resolve requirements/*.in anew, for every supported Python and platform, with hashes."""

import subprocess
import sys
from pathlib import Path

from project.env import PROJECT_FOLDER

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
    for name in ("run", "dev", "uv", "tryton", "browser"):
        subprocess.run(
            [Path(sys.executable).with_name("uv"), *COMPILE, *arguments, f"{name}.in", "-o", f"{name}.txt"],
            cwd=PROJECT_FOLDER / "requirements",
            check=True,
        )
    return 0

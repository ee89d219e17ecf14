"""`./ringup logs [NAME ...]`: the end of what the processes have logged, and what comes. Ctrl-C ends it."""

import os

from base.operator.help import parser_of
from project import env as environment

DOES = """Show the end of what the processes have logged, and what comes: JSON, one object a line. Ctrl-C ends it."""
EXAMPLES = ["./ringup logs", "./ringup logs worker", "./ringup logs worker --no-follow | jq -r .event"]


def main(arguments: list[str]) -> int:
    parser = parser_of("logs", DOES, examples=EXAMPLES, ends={2: "nothing was logged, or there is no such log"})
    parser.add_argument("name", nargs="*", help="of a process, as web or worker; without: all")
    parser.add_argument("--no-follow", action="store_true", help="end after what is there")
    options = parser.parse_args(arguments)
    folder = environment.current().ringup_home / "log"
    known = {file.stem: file for file in sorted(folder.glob("*.log"))}
    if not known:
        environment.stop(f"nothing was logged in {folder} yet")
    for name in options.name:
        if name not in known:
            environment.stop(f"there is no log of {name}; there are {', '.join(known)}")
    files = [str(known[name]) for name in options.name or known]
    # `tail -F` goes on when a log is begun anew.
    command = ["tail", "-n", "20", *([] if options.no_follow else ["-F"]), *files]
    os.execvp(command[0], command)  # noqa: S606 - the terminal is tail's from here on

"""`./ringup logs [NAME ...]`: the end of what the processes have logged, and what comes. Ctrl-C ends it."""

import argparse
import os

from project import env as environment


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./ringup logs", description=__doc__)
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

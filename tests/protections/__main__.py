"""`python -m tests.protections`: each protection is taken away once, and its test must fail then."""

import argparse
import os
import sys
import time
from collections import Counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
django.setup()

from rich.console import Console  # noqa: E402 - what comes here needs Django's settings
from rich.table import Table  # noqa: E402

from tests.protections.kept import is_stale, keep  # noqa: E402
from tests.protections.kept import kept as before  # noqa: E402
from tests.protections.listed import Protection, protections  # noqa: E402
from tests.protections.page import write  # noqa: E402
from tests.protections.program import walk  # noqa: E402
from tests.protections.walk import Verdict, Walked  # noqa: E402

COLOURS = {Verdict.RED: "green", Verdict.GREEN: "bold red", Verdict.BROKEN: "bold yellow"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.protections", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="ids, or what they begin with")
    parser.add_argument("--file", nargs="*", default=[], help="those of these files")
    parser.add_argument("--jobs", type=int, default=2, help="so many side by side, each with servers of its own")
    parser.add_argument("--most", type=int, help="no more than so many, in the order of the list")
    parser.add_argument("--all", action="store_true", help="also those that their own test takes away at each run")
    parser.add_argument("--stale", action="store_true", help="those that changed since they were taken away last")
    parser.add_argument("--page", action="store_true", help="only write docs/proof.md")
    parser.add_argument(
        "--keep", action="store_true", help="what is found in docs/protections.json, and the page from it"
    )
    parser.add_argument("--skip-whole", action="store_true", help="not the tests as they are, with nothing taken away")
    given = parser.parse_args()
    if given.page:
        write()
        return 0
    chosen = [one for one in protections() if _is_chosen(one, given)][: given.most]
    console = Console()
    began, verdicts = time.monotonic(), Counter[Verdict]()

    def found(one: Protection, walked: Walked) -> None:
        verdicts[walked.verdict] += 1
        if given.keep:
            keep(one, walked)
        colour = COLOURS[walked.verdict]
        console.print(f"[{colour}]{walked.verdict:6}[/] {walked.seconds:5.1f} s  {one.id}", highlight=False)
        room = None if walked.verdict is not Verdict.RED else 160
        console.print(f"         {walked.why[:room]}", markup=False, highlight=False, soft_wrap=True)

    wrong = walk(chosen, jobs=given.jobs, found=found, is_whole=not given.skip_whole)
    if given.keep:
        write()
    if wrong:
        console.print(f"A test fails with nothing taken away:\n{wrong}", markup=False)
        return 1
    table = Table("protections", *Verdict, "seconds")
    table.add_row(str(len(chosen)), *(str(verdicts[one]) for one in Verdict), f"{time.monotonic() - began:.0f}")
    console.print(table)
    return 0 if verdicts[Verdict.RED] == len(chosen) else 1


def _is_chosen(one: Protection, given: argparse.Namespace) -> bool:
    if one.spare or (one.itself and not given.all) or (given.stale and not is_stale(one, before())):
        return False
    by_name = not given.only or one.id.startswith(tuple(given.only))
    return by_name and (not given.file or bool(one.files & set(given.file)))


if __name__ == "__main__":
    sys.exit(main())

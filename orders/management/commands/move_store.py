"""`manage move_store`: a store goes to another stack, with all it has."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from base.sql.faults import DATABASE_ERRORS
from inventory.management.stores import store_called
from orders.moving.db.arrive import CannotArrive, arrive
from orders.moving.db.cells import CELLS_MAX, IsAnother, become_cell
from orders.moving.db.leave import CannotLeave, leave, left_for_good, stay

WAIT_S = 60


class Command(OperatorCommand):
    help = (
        "Move a store to another stack, with all it has. Where it leaves, out closes it, finishes what is under way, "
        "and writes it into a folder; tills come again meanwhile. There stay opens it again, and left ends it for good "
        "and says the word by which it may arrive. Where it arrives, look tries whether it fits, and in puts it there "
        "and opens it."
    )
    examples = (
        "cell 0",
        "out north /var/backups/north",
        "look /var/backups/north",
        "left north",
        "in /var/backups/north WORD",
        "stay north",
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        whats = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
        cell = whats.add_parser("cell", help="once for each of the stacks: which one it is")
        cell.add_argument("number", type=int, choices=range(CELLS_MAX), metavar="N", help="0: the first, to 63")
        for name, does in (("out", "close it, and write it"), ("stay", "open it again"), ("left", "for good")):
            one = whats.add_parser(name, help=does)
            one.add_argument("store", type=plain_text(32), help="the store's code")
            if name == "out":
                one.add_argument("folder", type=Path, help="where it is written")
                one.add_argument("--wait", type=float, default=WAIT_S, metavar="S", help="for what is under way")
        for name, does in (("look", "whether it fits here"), ("in", "put it here, and open it")):
            one = whats.add_parser(name, help=does)
            one.add_argument("folder", type=Path, help="where it was written")
            if name == "in":
                one.add_argument("word", help="what left said")

    def handle(self, *_: Any, what: str, **given: Any) -> None:
        try:
            told = getattr(self, f"_{what}")(**given)
        except (CannotLeave, CannotArrive, IsAnother, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except DATABASE_ERRORS as error:
            raise CommandError(f"{error}; give the command again") from error
        self.stdout.write(told)

    def _cell(self, *, number: int, **_: Any) -> str:
        become_cell(number)
        return f"this is cell {number}"

    def _out(self, *, store: str, folder: Path, wait: float, **_: Any) -> str:
        written = leave(store_called(store).pk, folder, wait_s=wait)
        return f"{store} is closed here; {written.rows:,} rows are in {folder}"

    def _stay(self, *, store: str, **_: Any) -> str:
        if not stay(store_called(store).pk):
            raise CommandError(f"{store} has left for good, or another command has it leave")
        return f"{store} is open here"

    def _left(self, *, store: str, **_: Any) -> str:
        word = left_for_good(store_called(store).pk)
        if word is None:
            raise CommandError(f"{store} is not at rest: move_store out first")
        return word

    def _look(self, *, folder: Path, **_: Any) -> str:
        return f"{arrive(folder, word=None).rows:,} rows fit here; nothing was kept"

    def _in(self, *, folder: Path, word: str, **_: Any) -> str:
        return f"{arrive(folder, word=word).rows:,} rows are here, and the store is open"

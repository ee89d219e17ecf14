"""`manage restored`: invoice numbers after a restore, and what a person decides about them."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from pydantic_core import to_json

from base.operator.arguments import plain_text
from base.operator.command import OperatorCommand
from orders.invoicing.db import pool, restored
from orders.invoicing.db.restored import Restored

BY = "manage restored"
NOTHING = "No store waits for a decision: the database was not restored, or all was decided."


class Command(OperatorCommand):
    help = (
        "After a restore invoice numbers that receipts may bear are set aside. Without arguments it says what waits. "
        "Once every till has sent again what it sold, decide for each store what becomes of the rest."
    )
    examples = ("", 'demo --void "no receipt bears it"', "demo --free", "--set-aside", "--json")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store", nargs="?", help="the store's code")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--void", metavar="WHY", type=plain_text(255), help="nobody has a receipt with the rest")
        what.add_argument("--free", action="store_true", help="nothing was lost: sales may have them")
        what.add_argument(
            "--after", metavar="N", type=int, help="of a series of the shop's own: the highest number on a receipt"
        )
        what.add_argument(
            "--set-aside",
            action="store_true",
            help="of all stores, now: where files were put back as they were, which the database cannot tell",
        )
        parser.add_argument("--json", action="store_true", help="print the stores that wait for a decision")

    def handle(
        self,
        *_: Any,
        store: str | None,
        void: str | None,
        free: bool,
        after: int | None,
        set_aside: bool,
        json: bool,
        **__: Any,
    ) -> None:
        now = timezone.now()
        if set_aside:
            restored.set_aside(now=now)
        else:
            restored.notice(now=now)
        if void is None and not free and after is None:
            self._tell(store, as_json=json)
            return
        one = self._open(store)
        if after is not None:
            if pool.is_used():
                raise CommandError(f"its numbers come from accounting ({settings.INVOICE_NUMBER_GENERATOR})")
            gone = restored.go_on(one, last=after, reason=f"lost on {one.at:%Y-%m-%d}", by=BY, now=now)
            self.stdout.write(f"{one.code}: the series goes on; {gone:,} numbers are void")
        elif free:
            self.stdout.write(f"{one.code}: {restored.give_back(one):,} numbers are free again")
        else:
            assert void is not None
            gone = restored.give_up(one, reason=void, by=BY, now=now)
            self.stdout.write(f"{one.code}: {gone:,} numbers are void, and accounting is told")

    def _open(self, store: str | None) -> Restored:
        if store is None:
            raise CommandError("name the store")
        for one in restored.open_restores():
            if one.code == store:
                return one
        raise CommandError(f"{store} waits for no decision")

    def _tell(self, store: str | None, *, as_json: bool) -> None:
        waiting = [one for one in restored.open_restores() if store in (None, one.code)]
        if as_json:
            told = [{"store": one.code, "found_at": one.at, "set_aside": one.set_aside} for one in waiting]
            self.stdout.write(to_json({"stores": told}).decode())
            return
        for one in waiting:
            self.stdout.write(f"{one.code}: restored, found {one.at:%Y-%m-%d %H:%M %Z}; {_what(one)}")
        if not waiting:
            self.stdout.write(NOTHING)


def _what(one: Restored) -> str:
    if pool.is_used():
        return f"{one.set_aside:,} numbers are set aside"
    return f"its own series waits; the highest number known is {one.highest or 0:,}"

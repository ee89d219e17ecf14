"""What a run is judged by, in words: docs/proof.md tells it, and a test holds that each is there."""

from typing import NamedTuple

COMMITS, STEPS, OFTEN, END = "after each commit", "after each step", "every 250 steps, and in the end", "in the end"
MINUTES = "each minute of its days, and in the end"


class Judged(NamedTuple):
    """`by`: file::name of this room."""

    says: str
    after: str
    by: str


JUDGED = (
    Judged(
        "Nothing is oversold: a level is the sum of what was moved, and reserved is what is held", COMMITS, "levels"
    ),
    Judged(
        "Money adds up: an order's sums are its payments', and no more is given back than was paid", COMMITS, "money"
    ),
    Judged("An order's history is a path, and ends where the order is", COMMITS, "paths"),
    Judged("A command changes its order once, and nothing comes of one that did not succeed", COMMITS, "once"),
    Judged(
        "What is paid has one invoice number, or waits for it, and no number that accounting gave is lost",
        COMMITS,
        "numbers",
    ),
    Judged(
        "A drawer's closing tells what lay in it by the journal's order: the float, and each sale, refund and movement"
        " since it was opened",
        COMMITS,
        "drawers",
    ),
    Judged("Two stores that sell side by side have nothing of each other's", COMMITS, "stores"),
    Judged("Nothing is parked but for want of an answer", COMMITS, "parked"),
    Judged("What was accepted is there, and its answer never changes", COMMITS, "judge.py::_look_at"),
    Judged(
        "Nothing comes before what its order, store or drawer was sent earlier, and no opening or closing of a drawer"
        " before a sale that its till had sent",
        COMMITS,
        "judge.py::_overtaking",
    ),
    Judged(
        "Each committed command comes to what the core decides where it is the only one at its time",
        COMMITS,
        "mirror.py::commit",
    ),
    Judged("A key is one command, whichever till sends it, and after days", STEPS, "tills.py::_know"),
    Judged("What a till asked for is told alike each time", STEPS, "tills.py::_tell"),
    Judged("Another store's order is refused", STEPS, "tills.py::_stray"),
    Judged(
        "Accounting and the payment provider are never asked for what their contracts rule out: a key with other"
        " content, a number booked twice, void, of another store or before its sale, more given back than was taken",
        STEPS,
        "outside.py::_post",
    ),
    Judged("No transactions of the shop's lock each other out", STEPS, "locks.py::free_blocked"),
    Judged(
        "The database's rows are those that the core comes to in memory, one command after the other",
        OFTEN,
        "mirror.py::differences",
    ),
    Judged("The shop's own audit finds nothing, also while everybody works", MINUTES, "staff.py::_drifts"),
    Judged(
        "All is settled once nothing fails any more: no command, question, instruction, entry or refill is left, and no"
        " sale without its number",
        END,
        "ends.py::left",
    ),
    Judged("Bank and accounting have what the shop says that they have", END, "ends.py::disagreements"),
)

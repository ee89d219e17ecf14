"""Does everything hold? Each law that does not is one sentence; none broken is the only success."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from project.demo.cashier import Done
from project.demo.day.day import Return
from project.demo.day.expected import Expected
from project.demo.report import Report

STOCK_INSUFFICIENT = "stock_insufficient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A refusal for want of stock, as its outcome tells it and as the ledger shows it in the evening."""

    key: str
    sku: str
    requested: int
    available: int  # when it was decided
    left_at_close: int  # on hand in the evening less what came back during the day


def broken_laws(
    *, report: Report, done: Sequence[Done], refused: Sequence[Refused], expected: Expected, scarce: bool
) -> list[str]:
    return [
        *broken_books(report),
        *broken_promises(report, done),
        *(broken_refusals(done, refused) if scarce else broken_expectations(report, expected)),
    ]


def broken_books(report: Report) -> Iterator[str]:
    """What must be zero on any day."""
    for name, meaning in {
        "pending": "commands are still pending",
        "parked": "commands are parked",
        "invoice_numbers_duplicated": "invoice numbers were used twice",
        "entries_parked": "entries were refused by accounting",
        "cash_difference_minor": "pence were too much or missing in the drawers",
        "oversold_levels": "stock levels were oversold",
        "audit_drifts": "drifts were found by the audit",
    }.items():
        if found := getattr(report, name):
            yield f"{found} {meaning}"


def broken_by_outage(report: Report) -> Iterator[str]:
    """After an outage of accounting: the pool ran empty, yet in the end all is numbered, and booked once."""
    if not report.invoice_numbers_late:
        yield "accounting was down, but no sale had to wait for its number"
    for what, found in (("posted", report.entries_posted), ("in accounting's own books", report.entries_booked)):
        if found != report.entries:
            yield f"{found} entries are {what}, of {report.entries}"


def broken_promises(report: Report, done: Sequence[Done]) -> Iterator[str]:
    """The journal must say what the tills saw."""
    states = Counter(one.seen.state for one in done)
    codes = Counter(one.seen.code for one in done if one.seen.state == "rejected")
    paid = sum(one.seen.kind == "pay" and one.seen.state == "succeeded" for one in done)
    for what, journal, tills in (
        ("commands", report.commands, len(done)),
        ("commands that succeeded", report.succeeded, states["succeeded"]),
        ("rejections", report.rejected, dict(codes)),
        ("invoice numbers for as many paid orders", report.invoice_numbers, paid),
    ):
        if journal != tills:
            yield f"{what}: {journal} by the database, {tills} by the tills"
    for one in done:
        if one.errand.is_sent_twice and not one.seen.replay_held:
            yield f"{one.errand.key} was sent twice and not answered as a replay of the same command"


def broken_expectations(report: Report, expected: Expected) -> Iterator[str]:
    """With enough of everything nothing is refused, and the day comes to what its file says."""
    if report.rejected:
        yield f"commands were rejected: {report.rejected}"
    for field in fields(expected):
        wanted, found = getattr(expected, field.name), getattr(report, field.name)
        if wanted != found:
            yield f"{field.name}: {found}, but the day comes to {wanted}"


def broken_refusals(done: Sequence[Done], refused: Sequence[Refused]) -> Iterator[str]:
    """Exactly what stock could not serve may be refused, and a return of what was never sold."""
    unsold = {one.errand.slip.invoice for one in done if is_refused(one) and one.seen.kind == "pay"}
    explained = {row.key for row in refused if row.requested > row.available}
    for one in done:
        if not is_refused(one):
            continue
        of_unsold = isinstance(one.errand.step, Return) and one.errand.step.invoice in unsold
        if one.seen.code == STOCK_INSUFFICIENT and one.errand.key not in explained:
            yield f"{one.errand.key} was refused though there was stock"
        elif one.seen.code != STOCK_INSUFFICIENT and not of_unsold:
            yield f"{one.errand.key} was refused for another reason than stock: {one.seen.code}"
    for row in refused:
        if row.requested <= row.left_at_close:
            yield f"{row.key} was refused {row.requested} x {row.sku}, but {row.left_at_close} were left at close"


def is_refused(one: Done) -> bool:
    return one.seen.state == "rejected"

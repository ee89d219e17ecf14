"""What can be asked of the simulator: one function per call, from a request to a status and a body."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from project.simulator import drafts, entries, refusals, report, voids
from project.simulator.books import Books
from project.simulator.faults import Fault, Faults, Mode
from project.simulator.forms import (
    ClosedForm,
    DraftForm,
    EntryForm,
    FaultForm,
    RefusalsForm,
    ReportForm,
    VoidForm,
    read,
    read_query,
)
from project.simulator.refusal import Refused

ENTRIES_A_PAGE = 500
UNASKED_DRAFTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    body: bytes
    query: Mapping[str, str]
    books: Books
    faults: Faults
    fault: Fault


Answer = tuple[int, dict[str, Any]]


def post_drafts(request: Request) -> Answer:
    issued = drafts.issue(request.books, read(DraftForm, request.body))
    return (200 if issued.replayed else 201), draft_answer(request, issued)


def get_drafts(request: Request) -> Answer:
    key = request.query.get("idempotency_key")
    if not key:
        raise Refused(400, "idempotency_key_missing", "ask with ?idempotency_key=")
    issued = drafts.find(request.books, key)
    if issued is None:
        raise Refused(404, "not_found", "no drafts were issued under this key")
    return 200, draft_answer(request, issued)


def draft_answer(request: Request, issued: drafts.Issued) -> dict[str, Any]:
    return {
        "request_id": f"DR-{issued.request:06d}",
        "ids": spoilt(request, issued),
        "replayed": issued.replayed,
    }


def spoilt(request: Request, issued: drafts.Issued) -> list[str]:
    """The issued IDs, or what the fault in force makes of them; the books stay right."""
    ids = issued.ids
    match request.fault.mode:
        case Mode.TOO_FEW:
            return ids[: len(ids) // 2]
        case Mode.TOO_MANY:
            return ids + drafts.issue_beyond(request.books, issued, count=UNASKED_DRAFTS)
        case Mode.DUPLICATE_IDS:  # half of them were given away before, and one is there twice
            old = drafts.earliest(request.books, issued.store, count=(len(ids) + 1) // 2)
            mixed = old + ids[len(old) :]
            return [*mixed[:-1], mixed[0]]
        case _:
            return ids


def post_entries(request: Request) -> Answer:
    reference, replayed = entries.post(request.books, read(EntryForm, request.body))
    return (200 if replayed else 201), {"reference": reference, "replayed": replayed}


def get_entries(request: Request) -> Answer:
    after = request.query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Refused(400, "invalid", "after must be a position")
    return 200, {"items": entries.posted_after(request.books, position=int(after), limit=ENTRIES_A_PAGE)}


def get_report(request: Request) -> Answer:
    asked = read_query(ReportForm, request.query)
    return 200, report.of(request.books, asked)


def post_voids(request: Request) -> Answer:
    form = read(VoidForm, request.body)
    voids.void(request.books, form)
    return 200, {"voided": form.invoice_number}


def put_closed(request: Request) -> Answer:
    entries.close(request.books, until=read(ClosedForm, request.body).until)
    return get_closed(request)


def get_closed(request: Request) -> Answer:
    return 200, {"until": entries.closed_until(request.books)}


def put_refusals(request: Request) -> Answer:
    refusals.change(request.books, read(RefusalsForm, request.body))
    return get_refusals(request)


def get_refusals(request: Request) -> Answer:
    return 200, dict(refusals.current(request.books))


def put_faults(request: Request) -> Answer:
    request.faults.change(read(FaultForm, request.body).fault())
    return get_faults(request)


def get_faults(request: Request) -> Answer:
    return 200, asdict(request.faults.current())


def get_healthz(_: Request) -> Answer:
    return 200, {"status": "ok"}


Call = Callable[[Request], Answer]

CALLS: dict[str, dict[str, Call]] = {
    "/drafts": {"POST": post_drafts, "GET": get_drafts},
    "/entries": {"POST": post_entries, "GET": get_entries},
    "/report": {"GET": get_report},
    "/voids": {"POST": post_voids},
    "/closed": {"PUT": put_closed, "GET": get_closed},
    "/refusals": {"PUT": put_refusals, "GET": get_refusals},
    "/faults": {"PUT": put_faults, "GET": get_faults},
    "/healthz": {"GET": get_healthz},
}
WITHOUT_FAULTS = frozenset({"/closed", "/report", "/refusals", "/faults", "/healthz"})

"""The body of a stock import. One that is refused today is compared with what its key came with, as it reads today and
as it would if each row had its shape: it was taken under other rules, and nobody keeps those."""

from collections.abc import Mapping, Sequence
from typing import Any

from base.http.files.file_rows import FileRows
from base.http.problems import Problem, at
from base.http.uploads import Read
from base.http.validation import Unjudged
from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command
from orders.journal.api.submit import idempotency_key
from orders.journal.db.reads.commands import known_by_key
from orders.stock.api.bodies import ImportFileIn, ImportIn, StockShortage
from orders.terminals.api.auth import TerminalRequest

Json = Mapping[str, Any]

_UNFIT = Problem(422, "validation_failed", "A row has not the shape that this call takes.")


def body_of(request: TerminalRequest, read: Read[ImportIn], shortage: StockShortage | None) -> ImportIn | Unjudged:
    """`shortage`: as the query has it."""
    body, file = read.body, read.file
    problem = read.problem or _two_shortages(body, shortage)
    if file and file.unfit:
        again = _as_sent(body, shortage, *file.as_if_fit(), problem or _UNFIT)
        if _came_before(request, again):
            return again
    if problem or isinstance(body, Unjudged):
        assert problem, "what has not the shape is refused"
        return _as_sent(body, shortage, file, file.said() if file else None, problem)
    if shortage:
        body = body.model_copy(update={"shortage": shortage})
    return with_lines(body, file) if file else body


def _two_shortages(body: ImportIn | Unjudged, shortage: StockShortage | None) -> Problem | None:
    said = None if isinstance(body, Unjudged) or "shortage" not in body.model_fields_set else body.shortage
    if None in (said, shortage) or said == shortage:
        return None
    detail = f"The body says {said}, the query {shortage}."
    return Problem(422, "validation_failed", detail, errors=[at(["shortage"], detail, "value_error")])


def _as_sent(
    body: ImportIn | Unjudged,
    shortage: StockShortage | None,
    file: FileRows | None,
    rows: Sequence[Json] | None,
    problem: Problem,
) -> Unjudged:
    """`rows`: of the file."""
    said = body.given if isinstance(body, Unjudged) else body.model_dump(mode="json", exclude_unset=True)
    if not isinstance(said, dict):
        return Unjudged(ImportIn, said, problem)
    if shortage:
        said = {"shortage": shortage, **said}
    if file is None:
        return Unjudged(ImportIn, said, problem)
    return Unjudged(ImportFileIn, {**said, "items": rows, **_of_file(file)}, problem)


def _came_before(request: TerminalRequest, body: Unjudged) -> bool:
    key = idempotency_key(request)
    known = known_by_key(request.auth, [key]).get(key)
    return known is not None and known.fingerprint == fingerprint_of_command(Kind.IMPORT, None, body.content())


def with_lines(body: ImportIn, file: FileRows) -> ImportFileIn:
    """`body`: with the file's rows."""
    return ImportFileIn.model_construct(**dict(body), **_of_file(file))


def _of_file(file: FileRows) -> dict[str, Any]:
    misread = [row.as_json() for row in file.misread]
    return {"lines": file.lines, "misread": misread, "misread_count": file.misread_count}

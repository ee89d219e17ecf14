"""One command from its request to its answer: headers and body make it a submission, and what became of it is told.

What is refused here is not stored, and its key is free: a body without the shape, a role that does not suffice, a SKU
that the store does not have. What is stored is carried out, whatever the caller does then. So a till that hears nothing
sends the same key again, and is told of the same command, though today's rules would refuse it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic_core import from_json, to_json
from uuid_utils.compat import uuid7

from base.http.body import answer
from base.http.fields import BIGINT_MAX, Body
from base.http.problems import Problem, at, not_found
from base.http.validation import Unjudged
from orders.commands.core.caller import Caller
from orders.commands.core.machine import DRAWER_KINDS, Kind
from orders.commands.core.order import fingerprint_of_command
from orders.commands.core.roles import action_of
from orders.drawers.api.bodies import OfDrawerIn
from orders.drawers.api.checks import check_drawer
from orders.drawers.db.reads import drawer_facts
from orders.journal import submit as journal
from orders.journal.api.checks import check_cancel, check_recordable, check_references, check_room
from orders.journal.db.accept import Submission
from orders.journal.db.reads.commands import Known, commands_by_id, known_by_key, payloads
from orders.terminals.api.auth import TerminalRequest, confirmed, hash_to_confirm, require

COMMANDS_PATH = "/api/v1/commands"
KEY_LENGTH_MAX = 255
WAIT_S_MAX = 10

KEY_PATTERN = r"^[\x20-\x7e]+$"
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_PARAMETERS = re.compile(r'(?:; *[a-z*][a-z0-9_.*-]*(?:=(?:"(?:[^"\\]|\\["\\])*"|[^ ",;]+))?)*')
"""Of an item (RFC 8941, section 3.1.2): none of them is known, so that they say nothing."""
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,18})"?\s*(?=$|[,;])', re.IGNORECASE)
_SAID = re.compile(r'"(?!\d+")(?:[^"\\]|\\.)*"')
"""What another preference says, in quotes."""


def submit(request: TerminalRequest, kind: Kind, order_id: UUID | None, body: Body | Unjudged) -> HttpResponse:
    """202 with the command, or 200 if the caller waits and it settles; the same key again gives the same command."""
    caller, wait_s = request.auth, preferred_wait_s(request)
    key, sequence = idempotency_key(request), command_sequence(request)
    if isinstance(body, Unjudged) and not known_by_key(caller, [key]):
        raise body.problem
    submission = submission_of(kind, order_id, body, key=key, sequence=sequence, sender_id=caller.terminal_id)
    known = _known_instead(caller, submission, body)
    if known or order_id is None:
        confirmed(request)
        caller = request.auth
    if not known:
        check_room(caller.store_id, [submission])
    still = hash_to_confirm(request)
    asked = journal.Asked([known or submission])
    submitted = journal.submit(caller, asked, wait_s=wait_s, past_parked=True, still=still)
    waited_s = None if submitted.commands is None else wait_s
    if accepted := submitted.accepted.get(submission.id):
        told = submitted.commands or {submission.id: journal.as_pending(submission, accepted)}
        return _answer(told[submission.id], waited_s)
    if still:  # it may be another caller by now
        confirmed(request)
        return submit(request, kind, order_id, body)
    if known := known or submitted.lost.get(key):
        refuse_reused(submission, known)
        told = submitted.commands or commands_by_id(caller.store_id, [known.id])
        return _answer(told[known.id], waited_s, replayed=True)
    raise not_found("order_not_found", f"The store has no order {order_id}.")


def _known_instead(caller: Caller, submission: Submission, body: Body | Unjudged) -> Known | None:
    """What was answered once is answered again, whatever the rules are today; what is new and against them is refused.
    None for what they allow."""
    try:
        _check(caller, submission, body)
    except Problem:
        if known := known_by_key(caller, [submission.key]).get(submission.key):
            refuse_reused(submission, known)
            return known
        raise
    return None


def _check(caller: Caller, submission: Submission, body: Body | Unjudged) -> None:
    """Refuse what today's rules refuse."""
    if isinstance(body, Unjudged):
        raise body.problem
    require(caller.role, action_of(submission.kind))
    check_references(caller.store_id, body)
    check_cancel(caller, submission)
    check_recordable(caller, submission, body)
    if isinstance(body, OfDrawerIn):
        check_drawer(caller, body, drawer_facts(caller.store_id, [body.terminal]))


def _answer(command: dict[str, Any], waited_s: int | None, *, replayed: bool = False) -> HttpResponse:
    headers = {"Location": f"{COMMANDS_PATH}/{command['id']}"}
    if replayed:
        headers["Idempotency-Replayed"] = "true"
    if waited_s is not None:
        headers["Preference-Applied"] = f"wait={waited_s}"
        if command["settled_at"]:
            return answer(command, headers=headers)
    return answer(command, status=202, headers={**headers, "Retry-After": "1"})


def idempotency_key(request: HttpRequest) -> str:
    """`Idempotency-Key`, bare or as the quoted string of the IETF draft (draft-ietf-httpapi-idempotency-key-header).

    Of a header that comes twice the web server makes one, with a comma between (RFC 9110, section 5.3): a bare key with
    a comma may be two. What begins with a quote is the draft's form, or nothing.
    """
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        raise Problem(400, "idempotency_key_missing", "Send an Idempotency-Key header: one value for each command.")
    bare = given.strip()
    quoted = _QUOTED.match(bare)
    if quoted and _PARAMETERS.fullmatch(bare, quoted.end()):
        return valid_key(quoted[0])
    if bare.startswith('"') or "," in bare:
        detail = "Send one Idempotency-Key header: a key that holds a comma, or begins with a quote, comes in quotes."
        raise Problem(400, "idempotency_key_invalid", detail)
    return valid_key(bare)


def valid_key(given: str) -> str:
    """The key without its quotes; empty, too long or not printable ASCII it is refused."""
    quoted = _QUOTED.fullmatch(given)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else given
    if not is_key(key):
        raise _invalid()
    return key


def is_key(given: object) -> TypeGuard[str]:
    return isinstance(given, str) and len(given) <= KEY_LENGTH_MAX and re.search(KEY_PATTERN, given) is not None


def command_sequence(request: HttpRequest) -> int | None:
    """`Command-Sequence`: the terminal's own count, from 1; None where it is not sent."""
    given = request.META.get("HTTP_COMMAND_SEQUENCE")
    if given is None:
        return None
    number = int(given) if _NUMBER.fullmatch(given) else 0
    if not 1 <= number <= BIGINT_MAX:
        detail = f"The Command-Sequence of a command is a whole number from 1 to {BIGINT_MAX}."
        raise Problem(400, "command_sequence_invalid", detail)
    return number


def preferred_wait_s(request: HttpRequest) -> int:
    """N of `Prefer: wait=N` (RFC 7240), at most 10; 0 where there is none."""
    found = _WAIT.search(_SAID.sub("", request.META.get("HTTP_PREFER", "")))
    return min(int(found[1]), WAIT_S_MAX) if found else 0


def _invalid() -> Problem:
    return Problem(
        400,
        "idempotency_key_invalid",
        f"An idempotency key has 1 to {KEY_LENGTH_MAX} characters of printable ASCII.",
    )


def submission_of(
    kind: Kind,
    order_id: UUID | None,
    body: Body | Unjudged,
    *,
    key: str,
    order_fingerprint: bytes | None = None,
    nameless_order: bool = False,
    sequence: int | None = None,
    sender_id: int | None = None,
) -> Submission:
    """`nameless_order`: the order came without an id, and what it is, is told by its fingerprint. `sender_id`: the
    terminal's, whose drawer is meant where the body names none."""
    content = content_of(body)
    if nameless_order:
        fingerprint = fingerprint_of_command(kind, None, content + (order_fingerprint or b""))
    else:
        fingerprint = fingerprint_of_command(kind, order_id, content)
    return Submission(
        id=uuid7(),
        key=key,
        kind=kind,
        order_id=order_id,
        payload=body.payload() if isinstance(body, Unjudged) else to_json(body),
        fingerprint=fingerprint,
        order_fingerprint=order_fingerprint,
        sequence=sequence,
        drawer_id=getattr(body, "terminal", None) or sender_id if kind in DRAWER_KINDS else None,
    )


def content_of(body: Body | Unjudged) -> bytes:
    """What tells whether two bodies are the same."""
    if isinstance(body, Unjudged):
        return body.content()
    return body.model_dump_json(exclude_defaults=True, exclude=body.apart_from or None).encode()


def refuse_reused(submission: Submission, known: Known) -> None:
    if known.fingerprint != submission.fingerprint:
        raise key_reused(submission, known, payloads([known.id], bytes_max=0)[known.id])


def key_reused(submission: Submission, known: Known, earlier: Mapping[str, Any] | None) -> Problem:
    """The key came before with something else: say what differs. `earlier`: the payload that it came with; None where
    so much would have to be read that it is not told."""
    names = _differences(submission, known, earlier)
    return Problem(
        422,
        "idempotency_key_reused",
        f"This key was used for the command {known.id} with other content; a new command needs a new key.",
        errors=[at([name], "differs from what the key was used for") for name in names],
    )


def _differences(submission: Submission, known: Known, earlier: Mapping[str, Any] | None) -> Iterator[str]:
    if submission.order_id != known.order_id:
        yield "order_id"
    if submission.kind != known.kind:
        yield "kind"
    elif earlier is not None:
        payload = from_json(submission.payload)
        yield from (name for name in sorted({*payload, *earlier}) if payload.get(name) != earlier.get(name))

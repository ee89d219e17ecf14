"""From a request to what the journal stores, and back to what its sender is told: headers, body, fingerprint."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard
from uuid import UUID

from django.http import HttpRequest
from pydantic_core import from_json, to_json
from uuid_utils.compat import uuid7

from base.http.fields import BIGINT_MAX, Body
from base.http.problems import Problem, at
from base.http.validation import Unjudged
from orders.commands.core.fingerprint import of_command
from orders.commands.core.machine import Kind
from orders.journal.db.accept import Accepted, Submission
from orders.journal.db.commands import Known, pending

KEY_LENGTH_MAX = 255
WAIT_S_MAX = 10

KEY_PATTERN = r"^[\x20-\x7e]+$"
_QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?=$|[,;])', re.IGNORECASE)


def idempotency_key(request: HttpRequest) -> str:
    """`Idempotency-Key`, bare or as the quoted string of the IETF draft (draft-ietf-httpapi-idempotency-key-header)."""
    given = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if given is None:
        raise Problem(400, "idempotency_key_missing", "Send an Idempotency-Key header: one value for each command.")
    return valid_key(given.strip())


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
    found = _WAIT.search(request.META.get("HTTP_PREFER", ""))
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
) -> Submission:
    """`nameless_order`: the order came without an id, and what it is, is told by its fingerprint."""
    content = content_of(body)
    if nameless_order:
        fingerprint = of_command(kind, None, content + (order_fingerprint or b""))
    else:
        fingerprint = of_command(kind, order_id, content)
    return Submission(
        id=uuid7(),
        key=key,
        kind=kind,
        order_id=order_id,
        payload=body.payload() if isinstance(body, Unjudged) else to_json(body),
        fingerprint=fingerprint,
        order_fingerprint=order_fingerprint,
        sequence=sequence,
    )


def content_of(body: Body | Unjudged) -> bytes:
    """What tells whether two bodies are the same."""
    if isinstance(body, Unjudged):
        return body.content()
    return body.model_dump_json(exclude_defaults=True, exclude=body.apart_from or None).encode()


def as_pending(submission: Submission, accepted: Accepted) -> dict[str, Any]:
    return pending(
        {
            "id": submission.id,
            "kind": submission.kind,
            "order_id": submission.order_id,
            "idempotency_key": submission.key,
            "sequence": submission.sequence,
            "accepted_at": accepted.at,
            "blocked_by": accepted.blocked_by,
        }
    )


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

"""From a validated body to what the journal stores, and back to what its sender is told."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json
from uuid_utils.compat import uuid7

from base.http.fields import Body
from base.http.problems import Problem, at
from base.http.unjudged import Unjudged
from orders.commands.core.fingerprint import of_command
from orders.commands.core.machine import Kind
from orders.journal.db.accept import Accepted, Submission
from orders.journal.db.commands import Known, pending


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


def key_reused(submission: Submission, known: Known) -> Problem:
    """The key came before with something else: say what differs."""
    return Problem(
        422,
        "idempotency_key_reused",
        f"This key was used for the command {known.id} with other content; a new command needs a new key.",
        errors=[at([name], "differs from what the key was used for") for name in _differences(submission, known)],
    )


def _differences(submission: Submission, known: Known) -> Iterator[str]:
    if submission.order_id != known.order_id:
        yield "order_id"
    if submission.kind != known.kind:
        yield "kind"
        return
    payload = from_json(submission.payload)
    yield from (name for name in sorted({*payload, *known.payload}) if payload.get(name) != known.payload.get(name))

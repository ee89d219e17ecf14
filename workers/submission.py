"""Commands that tasks submit: the same as a terminal's, without a terminal."""

import json
from uuid import UUID

from uuid_utils.compat import uuid7

from orders.commands.core.machine import Kind
from orders.commands.core.order import fingerprint_of_command
from orders.journal.db.accept import Submission
from orders.journal.db.payloads import Made, json_of


def submission(kind: Kind, order_id: UUID | None, *, key: str, payload: Made) -> Submission:
    body = json.dumps(json_of(payload)).encode()
    return Submission(
        id=uuid7(),
        key=key,
        kind=kind,
        order_id=order_id,
        payload=body,
        fingerprint=fingerprint_of_command(kind, order_id, body),
    )

"""Commands that tasks submit: the same as a terminal's, without a terminal."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from orders.commands.core.fingerprint import of_command
from orders.commands.core.machine import Kind
from orders.journal.db.accept import Submission


def submission(kind: Kind, order_id: UUID | None, *, key: str, payload: Mapping[str, Any]) -> Submission:
    body = json.dumps(payload).encode()
    return Submission(
        id=uuid7(),
        key=key,
        kind=kind,
        order_id=order_id,
        payload=body,
        fingerprint=of_command(kind, order_id, body),
    )

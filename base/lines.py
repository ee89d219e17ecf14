"""What every line of the log about a command names, so that one command's lines are found in all processes' logs."""

from typing import Any
from uuid import UUID

from base.tracing import listener, trace_and_span


def named(command_id: UUID, **more: Any) -> dict[str, Any]:
    """For a record's `extra`. `more`: further names, as `order_id`. Where somebody is told traces, where in them it
    is."""
    told = {"command_id": command_id, **more}
    if listener.traces:
        trace, span = trace_and_span(command_id)
        told |= {"trace_id": f"{trace:032x}", "span_id": f"{span:016x}"}
    return told

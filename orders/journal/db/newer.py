"""What a newer release has accepted and this one cannot carry out: its workers leave it to that one's.

While a shop is brought to a new release, its web servers may be newer than some of its workers. A field that a worker
does not know is not passed over, since what it says would be lost: the command stays pending, and what comes after it
waits. A new field's value for "nothing said" is null, false or empty; with it the command is as the older release knew.

A field never changes its meaning, and its values become no more than they were: what is new has a new name.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from orders.commands.core.machine import Kind
from orders.journal.core.batch import Subject
from orders.journal.db.values import Pending

LEFT = "a newer release has written %s %s, of %s: it is left to that one's workers"
log = logging.getLogger(__name__)

_NOTHING_SAID: tuple[Any, ...] = (None, "", [], {})
_TENDER = {"method", "amount_minor", "reference", "provider", "token"}
_REFUND = {"refund_to", "method", "amount_minor", "payment_id", "reference"}
_ITEMS = {"items", "sku", "location", "quantity", "reason"}
_COUNTED = _ITEMS | {"shortage"}
_DRAWER = {"terminal"}
_OF_IMPORT = {"reference", "misread", "misread_count", "lines", "line", "index", "status", "code", "detail"}

FIELDS: Mapping[Kind, frozenset[str]] = {
    kind: frozenset({"cashier"} | names)
    for kind, names in {
        Kind.PAY: _TENDER
        | {"tenders", "expected_total_minor", "partial", "shortage", "skip_missing", "printed_number"},
        Kind.RESERVE: {"expires_in_s", "shortage", "skip_missing"},
        Kind.RELEASE: {"reason", "lapsed"},
        Kind.FULFILL: {"lines", "line_id", "quantity"},
        Kind.DELIVER: set[str](),
        Kind.CANCEL: _REFUND | {"reason", "printed_number"},
        Kind.RETURN: _REFUND
        | {"lines", "line_id", "sku", "quantity", "condition", "location", "reason", "printed_number"},
        Kind.EXTEND: {"expires_in_s"},
        Kind.ALLOCATE: set[str](),
        Kind.BACKORDER: _ITEMS | {"gives_way_to"},
        Kind.RECEIVE: _ITEMS | {"reference"},
        Kind.ADJUST: _COUNTED,
        Kind.COUNT: _COUNTED,
        Kind.WRITE_OFF: _COUNTED | {"reference"},
        Kind.TRANSFER: _ITEMS | {"from_location", "to_location"},
        Kind.IMPORT: _COUNTED | _OF_IMPORT,
        Kind.HOLD: _ITEMS | {"reference", "expires_in_s"},
        Kind.RELEASE_HOLD: _ITEMS | {"reference", "lapsed", "gives_way_to"},
        Kind.COMMIT_HOLD: _ITEMS | {"reference"},
        Kind.DRAWER_OPEN: _DRAWER | {"float_minor"},
        Kind.DRAWER_MOVEMENT: _DRAWER | {"amount_minor", "reason"},
        Kind.DRAWER_CLOSE: _DRAWER | {"counted", "method", "amount_minor"},
    }.items()
}
"""The names that a payload of the kind may have, on whichever level."""


def left_to_newer(pending: Iterable[Pending]) -> set[Subject]:
    """Whose commands are not for this release; it is said in the log."""
    left = {one.subject: one for one in pending if is_newer(one.kind, one.row[6])}
    for subject, one in left.items():
        log.warning(LEFT, one.kind, one.row[0], subject)
    return set(left)


def is_newer(kind: str, payload: Any) -> bool:
    """Whether a release after this one has written it."""
    known = FIELDS.get(kind)  # type: ignore[call-overload]
    return known is None or _says_more(payload, known)


def _says_more(value: Any, known: frozenset[str]) -> bool:
    match value:
        case dict():
            return any(
                (name not in known and not _says_nothing(one))
                or (isinstance(one, dict | list) and _says_more(one, known))
                for name, one in value.items()
            )
        case list():
            return any(isinstance(one, dict | list) and _says_more(one, known) for one in value)
    return False


def _says_nothing(value: Any) -> bool:
    return value is False or value in _NOTHING_SAID

"""Callers as they were a moment ago, by the hash of their key: a call may begin as theirs, and has the first statement
that it sends find out whether they still are. So a key that is revoked is refused at once, and finding out costs no
statement of its own."""

import threading
from collections import OrderedDict
from time import monotonic

from orders.commands.core.caller import Caller

FOR_S = 30.0
"""Shorter than the minute in which a terminal's last use is noted."""
CALLERS_MAX = 10_000

_lock = threading.Lock()
_callers: OrderedDict[bytes, tuple[Caller, float]] = OrderedDict()


def remember(key_hash: bytes, caller: Caller) -> None:
    """The oldest is forgotten for whoever is one too many."""
    with _lock:
        _callers[key_hash] = (caller, monotonic() + FOR_S)
        _callers.move_to_end(key_hash)
        if len(_callers) > CALLERS_MAX:
            _callers.popitem(last=False)


def remembered(key_hash: bytes) -> Caller | None:
    caller, until = _callers.get(key_hash, (None, 0.0))
    return caller if until > monotonic() else None

"""Why another system gave no answer, or a program failed, as a sentence for people: nobody reads a class's name.

Classes are told by their names, so that nobody has to load a library for the faults that it might have.
"""

import re
from collections.abc import Iterator

NO_ANSWER = "no answer"
"""So begins what is told of a system that cannot be reached."""
SILENT = "it does not say why"

_UNKNOWN, _NOBODY, _LATE, _BROKEN = "name unknown", "nobody listens", "too late", "broken off"
_SENTENCES = {
    _UNKNOWN: "the name {host} is not known",
    _NOBODY: "nothing listens at {at}",
    _LATE: f"{NO_ANSWER}{{within}}",
    _BROKEN: "the connection broke off",
    "no way": "no way leads to {at}",
    "untrusted": "the certificate of {at} is not to be trusted",
    "no TLS": "what answers at {at} does not speak TLS",
    "no HTTP": "what answers at {at} does not speak HTTP",
    "unreadable": "the answer cannot be unpacked",
    "no address": "{at} is no address",
}

# Of redis' own only this very one: others say better what is wrong, as a password is.
_CLASSES = {
    "gaierror": _UNKNOWN,
    "NameResolutionError": _UNKNOWN,
    "ConnectionRefusedError": _NOBODY,
    "TimeoutError": _LATE,
    "ConnectionTimeout": _LATE,
    "TooSlow": _LATE,
    "SSLCertVerificationError": "untrusted",
    "RemoteDisconnected": _BROKEN,
    "ConnectionResetError": _BROKEN,
    "ConnectionAbortedError": _BROKEN,
    "BrokenPipeError": _BROKEN,
    "IncompleteRead": _BROKEN,
    "BadStatusLine": "no HTTP",
    "DecodeError": "unreadable",
    "LocationValueError": "no address",
    "SSLError": "no TLS",
    "NewConnectionError": "no way",
    "ProtocolError": _BROKEN,
    "redis.exceptions.ConnectionError": _BROKEN,
}

# What libpq says stands in its text alone. Source: PostgreSQL, interfaces/libpq/fe-connect.c
_TEXTS = (
    ("resolve host|translate host name", _UNKNOWN),
    (r"Connection refused|No such file or directory\n", _NOBODY),
    (r"timeout expired", _LATE),
    (r"closed the connection unexpectedly|connection is (lost|closed)|terminating connection|SSL SYSCALL", _BROKEN),
)
_WHERE = (
    r'server at "(?P<host>[^"]+)"(?: \([^)]*\))?, port (?P<port>\d+)',
    r'server on socket "(?P<host>[^"]+)"',
    r"connecting to (?P<host>[^ ]+?):(?P<port>\d+)\. ",
    r"host='(?P<host>[^']+)', port=(?P<port>\d+)",
    r"""(?:resolve host|translate host name) ['"](?P<host>[^'"]+)""",
)
_ADDRESS = re.compile(r"(\w+://)(?:[^/]*@)?([^/?#]*)")
_WAITED = re.compile(r"timeout=([\d.]+)")
_BEFORE = re.compile(r"^(?:.*? failed: )*(?:(?:FATAL|ERROR):\s+)?")
"""What libpq says before what a server has said."""

_OF_A_PROGRAM = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, TypeError)
"""They say what was at hand, not what was wrong."""


def why(error: BaseException, *, at: str = "", within_s: float | None = None) -> str:
    """One line. `at`: the address, of which a login and a path are not repeated, if the error does not tell it;
    `within_s`: how long was waited, if it does not tell that."""
    text = str(error)
    cause = _cause(error, text)
    if not cause:
        return _own(error, text)
    found = next((one for pattern in _WHERE if (one := re.search(pattern, text))), None)
    parts = found.groupdict() if found else {}
    scheme, address = known.groups() if (known := _ADDRESS.match(at)) else ("", at)
    host = parts.get("host") or address.rpartition(":")[0] or address or "its host"
    where = scheme + address if at else f"{host}:{parts['port']}" if parts.get("port") else host
    waited_s = float(told[1]) if (told := _WAITED.search(text)) else within_s
    within = f" within {waited_s:g} s" if waited_s else " in time"
    return _SENTENCES[cause].format(host=host, at=where, within=within)


def no_answer(error: BaseException, *, at: str, within_s: float) -> str:
    """Begins with NO_ANSWER."""
    told = why(error, at=at, within_s=within_s)
    return told if told.startswith(NO_ANSWER) else f"{NO_ANSWER}: {told}"


def _cause(error: BaseException, text: str) -> str | None:
    chain = list(_chain(error))
    # What it came of says more than what was made of that.
    for one in reversed(chain):
        if found := next((_CLASSES[name] for name in _names(one) if name in _CLASSES), None):
            return found
    if any(map(_is_of_database, chain)):
        return next((cause for pattern, cause in _TEXTS if re.search(pattern, text)), None)
    return None


def _names(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__name__}"
    yield from (base.__name__ for base in type(error).__mro__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """It, and what it came of."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _own(error: BaseException, text: str) -> str:
    """Of a database's the first line: what it tells further is of one row, and stands in the log."""
    said = _BEFORE.sub("", text.partition("\n")[0]) if _is_of_database(error) else text
    # Decimal says nothing but its signals' classes.
    said = SILENT if said.startswith("[<class ") else " ".join(said.split()) or SILENT
    return f"a fault of the program: {said}" if isinstance(error, _OF_A_PROGRAM) else said


def _is_of_database(error: BaseException) -> bool:
    return type(error).__module__.startswith(("psycopg", "django.db"))

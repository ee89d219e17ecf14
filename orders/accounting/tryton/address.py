"""Where the books are, who asks, and the names of what every document there shares."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

OPTIONS = frozenset({"party", "journal", "cash_journal", "receivable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`url`: of the database, without user and password. Of `receivable`, the code of an account, none is the
    company's default."""

    url: str
    user: str
    password: str = field(repr=False)
    party: str = "Walk-in customer"
    journal: str = "REV"
    cash_journal: str = "CASH"
    receivable: str = ""


def read_address(text: str) -> Address:
    """From `http://user:password@host:port/database?party=...`. What is wrong is told without the password."""
    parts = urlsplit(text)
    given = dict(parse_qsl(parts.query))
    database = parts.path.strip("/")
    if not (parts.username and parts.password and parts.hostname and database):
        raise ValueError("ACCOUNTING_URL: must be http://user:password@host:port/database for Tryton")
    if unknown := given.keys() - OPTIONS:
        raise ValueError(f"ACCOUNTING_URL: Tryton's options are {', '.join(sorted(OPTIONS))}, not {min(unknown)}")
    host = parts.netloc.rpartition("@")[2]
    return Address(
        url=f"{parts.scheme}://{host}/{database}/rpc/",
        user=unquote(parts.username),
        password=unquote(parts.password),
        **given,
    )

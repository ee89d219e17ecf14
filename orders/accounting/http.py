"""The accounting system behind ACCOUNTING_URL, over JSON."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from urllib3.util import parse_url

from orders.accounting.port import AccountingFault, AccountingRefusal, Entry, Posting
from orders.accounting.wire import READ_TIMEOUT_S, Wire, read_object

REFUSALS = frozenset({400, 409, 422})
"""Other statuses are about the connection, the login or the state of the system, which may be another one later."""


def basic(login: str) -> Mapping[str, str]:
    """RFC 7617, in UTF-8."""
    return {"Authorization": f"Basic {b64encode(login.encode()).decode()}"}


def _posting(one: Posting) -> dict[str, Any]:
    told: dict[str, Any] = {"account": one.account, "amount_minor": one.amount_minor}
    if one.tax_code is not None:
        told |= {"tax_code": one.tax_code, "tax_rate": one.tax_rate, "is_tax": one.is_tax}
    return told


def _said(status: int, body: bytes) -> str:
    """In the words that a problem (RFC 9457) has for people, where the answer is one."""
    text = body.decode(errors="replace")
    try:
        problem = json.loads(text)
    except (ValueError, RecursionError):
        problem = None
    if isinstance(problem, dict) and isinstance(detail := problem.get("detail"), str) and detail:
        return f"answered {status}: {detail}"
    return f"answered {status}: {text}"


class HttpAccounting:
    """Repeats nothing by itself: the caller knows when, and under which key. Threads may share it."""

    def __init__(self, url: str, *, read_timeout_s: float = READ_TIMEOUT_S) -> None:
        address = parse_url(url)
        # Not a part of the URL that is called: that one stands in errors and in the other's log.
        self._headers = basic(unquote(address.auth)) if address.auth else {}
        self._url = address._replace(auth=None).url.rstrip("/")
        self._wire = Wire(read_timeout_s=read_timeout_s)

    def draft_ids(self, *, store_code: str, count: int, idempotency_key: str) -> Sequence[Any]:
        asked = {"store": store_code, "count": count, "idempotency_key": idempotency_key}
        ids = self._call("/drafts", asked).get("ids")
        if not isinstance(ids, list):
            raise AccountingFault("the answer has no list of ids")
        return ids

    def void(self, *, store_code: str, number: str, reason: str) -> None:
        answer = self._call("/voids", {"store": store_code, "invoice_number": number, "reason": reason})
        if answer.get("voided") != number:
            raise AccountingFault("the answer does not name the number")

    def post(self, entry: Entry, *, idempotency_key: str) -> str:
        told = {
            "idempotency_key": idempotency_key,
            "store": entry.store_code,
            "invoice_number": entry.invoice_number,
            "credit_note_number": entry.credit_note_number,
            "kind": entry.kind,
            "currency": entry.currency,
            "occurred_at": entry.occurred_at.isoformat(),
            "day": entry.day.isoformat(),
            "postings": list(map(_posting, entry.postings)),
        }
        reference = self._call("/entries", told).get("reference")
        if not isinstance(reference, str):
            raise AccountingFault("the answer has no reference")
        return reference

    def _call(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        status, body = self._wire.post(self._url + path, asked, headers=self._headers)
        if status in REFUSALS:
            raise AccountingRefusal(_said(status, body))
        if not 200 <= status < 300:
            raise AccountingFault(f"answered {status}")
        return read_object(body)

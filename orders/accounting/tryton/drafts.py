"""Drafts in Tryton, numbered ahead of posting. A draft's marker is its request's key and its place in it."""

import time
from collections.abc import Sequence
from typing import Any

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.rpc import CALL_MAX_S, Record, Rpc

AT_ONCE = 100
"""Made by one call, all or none. Tryton needs a second or two for them, during which nobody else is numbered."""


def draft_ids(rpc: Rpc, chart: Chart, *, store_code: str, count: int, idempotency_key: str) -> list[str]:
    """Their numbers, in the order of the markers. Whatever of it an earlier attempt has made is found again."""
    markers = [f"{idempotency_key}/{place}" for place in range(count)]
    numbers: list[str] = []
    until = time.monotonic() + CALL_MAX_S
    for first in range(0, count, AT_ONCE):
        if first and time.monotonic() > until:
            raise AccountingFault(f"{first} of {count} drafts are there, the others take longer")
        try:
            numbers += _numbered(rpc, chart, store_code, markers[first : first + AT_ONCE])
        except AccountingRefusal as refusal:
            # Another request would make others. These are numbered once somebody has seen to it, as to a closed period.
            if _find(rpc, markers[:1]):
                raise AccountingFault(f"drafts are there, and have no number yet: {refusal}") from refusal
            raise
    return numbers


def _numbered(rpc: Rpc, chart: Chart, store_code: str, markers: Sequence[str]) -> list[str]:
    found = _find(rpc, markers)
    if len(found) < len(markers):
        _create(rpc, chart, store_code, [one for one in markers if one not in found])
        found = _find(rpc, markers)
    if any(row["number"] is None for row in found.values()):
        rpc.call("model.account.invoice.set_number", [row["id"] for row in found.values()])
        found = _find(rpc, markers)
    try:
        return [found[marker]["number"] for marker in markers]
    except KeyError:
        raise AccountingFault("not all drafts are there") from None


def _find(rpc: Rpc, markers: Sequence[str]) -> dict[str, Record]:
    domain = [["ringup_key", "in", list(markers)]]
    rows = rpc.search("account.invoice", domain, ["ringup_key", "number"], limit=len(markers), order=[["id", "ASC"]])
    return {row["ringup_key"]: row for row in rows}


def _create(rpc: Rpc, chart: Chart, store_code: str, markers: Sequence[str]) -> None:
    drafts = [{**blank(chart, store_code), "ringup_key": marker} for marker in markers]
    try:
        rpc.call("model.account.invoice.create", drafts)
    except AccountingRefusal:
        # The markers are unique: somebody else may have made these drafts meanwhile.
        if len(_find(rpc, markers)) < len(markers):
            raise


def blank(chart: Chart, store_code: str) -> dict[str, Any]:
    """What every invoice to a customer says."""
    company = chart.company
    return {
        "type": "out",
        "company": company.id,
        "currency": company.currency,
        "journal": chart.journal(store_code),
        "party": company.party,
        "invoice_address": company.address,
        "account": company.receivable,
    }

"""Bodies and queries in, checked values out. Every field has a type and a limit; what breaks one is a 422."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from project.simulator.faults import Fault, Mode
from project.simulator.refusal import Refused

KEY_CHARS_MAX = 255
TEXT_CHARS_MAX = 100
REASON_CHARS_MAX = 255
DRAFTS_MAX = 10_000
POSTINGS_MAX = 1_000
AMOUNT_MINOR_MAX = 10**15
DELAY_S_MAX = 60
DELAY_S_OF_SLOW = 5.0
ENTRY_KINDS = ("sale", "cancellation", "return", "deposit", "deposit_refund")
CURRENCY = re.compile(r"[A-Z]{3}")
STORE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    idempotency_key: str
    store: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidForm:
    store: str
    invoice_number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    account: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    idempotency_key: str
    store: str
    invoice_number: str
    kind: str
    currency: str
    occurred_at: str
    day: str
    postings: tuple[Posting, ...]


def read_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed_json", "the body is not JSON") from None
    if not isinstance(value, dict):
        raise invalid("the body", "must be an object")
    return value


def draft_form(body: Mapping[str, Any]) -> DraftForm:
    only(body, {"store", "count", "idempotency_key"})
    return DraftForm(
        idempotency_key=text(body, "idempotency_key", chars_max=KEY_CHARS_MAX),
        store=store_code(body),
        count=whole(body, "count", least=1, most=DRAFTS_MAX),
    )


def void_form(body: Mapping[str, Any]) -> VoidForm:
    only(body, {"store", "invoice_number", "reason"})
    return VoidForm(
        store=store_code(body),
        invoice_number=text(body, "invoice_number"),
        reason=text(body, "reason", chars_max=REASON_CHARS_MAX),
    )


def entry_form(body: Mapping[str, Any]) -> EntryForm:
    """`postings` are `{account, amount_minor}`: a debit is positive, a credit negative, their sum is zero."""
    only(body, {"idempotency_key", "store", "invoice_number", "kind", "currency", "occurred_at", "day", "postings"})
    postings = body.get("postings")
    if not isinstance(postings, list) or not 1 <= len(postings) <= POSTINGS_MAX:
        raise invalid("postings", f"must be a list of 1 to {POSTINGS_MAX}")
    read = tuple(posting(item) for item in postings)
    if sum(line.amount_minor for line in read):
        raise Refused(422, "unbalanced", "debits and credits differ")
    return EntryForm(
        idempotency_key=text(body, "idempotency_key", chars_max=KEY_CHARS_MAX),
        store=store_code(body),
        invoice_number=text(body, "invoice_number"),
        kind=one_of(body, "kind", ENTRY_KINDS),
        currency=currency(body),
        occurred_at=instant(body, "occurred_at"),
        day=day(body, "day"),
        postings=read,
    )


def store_code(body: Mapping[str, Any]) -> str:
    store = text(body, "store")
    if not STORE_CODE.fullmatch(store):
        raise invalid("store", "must be at most 32 letters, digits, - and _")
    return store


def currency(body: Mapping[str, Any]) -> str:
    code = text(body, "currency")
    if not CURRENCY.fullmatch(code):
        raise invalid("currency", "must be three capital letters")
    return code


def instant(body: Mapping[str, Any], name: str) -> str:
    value = text(body, name)
    try:
        if datetime.fromisoformat(value).tzinfo:
            return value
    except ValueError:
        pass
    raise invalid(name, "must be a date and time with its offset")


def day(body: Mapping[str, Any], name: str) -> str:
    try:
        return date.fromisoformat(text(body, name)).isoformat()
    except ValueError:
        raise invalid(name, "must be a day, as 2026-11-21") from None


def closed_form(body: Mapping[str, Any]) -> str | None:
    """The last day that the books are closed for."""
    only(body, {"until"})
    return None if body.get("until") is None else day(body, "until")


def posting(item: Any) -> Posting:
    if not isinstance(item, dict):
        raise invalid("postings", "must hold objects")
    only(item, {"account", "amount_minor"})
    return Posting(
        account=text(item, "account"),
        amount_minor=whole(item, "amount_minor", least=-AMOUNT_MINOR_MAX, most=AMOUNT_MINOR_MAX),
    )


def fault_form(body: Mapping[str, Any]) -> Fault:
    only(body, {"mode", "delay_s", "requests"})
    mode = one_of(body, "mode", Mode)
    delay_s = body.get("delay_s")
    if delay_s is None:
        delay_s = DELAY_S_OF_SLOW if mode == Mode.SLOW else 0.0
    if type(delay_s) not in (int, float) or not 0 <= delay_s <= DELAY_S_MAX:
        raise invalid("delay_s", f"must be a number from 0 to {DELAY_S_MAX}")
    requests = None
    if body.get("requests") is not None:
        requests = whole(body, "requests", least=1, most=1_000_000)
    return Fault(mode=Mode(mode), delay_s=float(delay_s), requests=requests)


def one_of(body: Mapping[str, Any], name: str, words: Iterable[str]) -> str:
    value = text(body, name)
    if value not in set(words):
        raise invalid(name, f"must be one of {', '.join(words)}")
    return value


def text(body: Mapping[str, Any], name: str, *, chars_max: int = TEXT_CHARS_MAX) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= chars_max or not value.isprintable():
        raise invalid(name, f"must be 1 to {chars_max} printable characters")
    return value


def whole(body: Mapping[str, Any], name: str, *, least: int, most: int) -> int:
    value = body.get(name)
    if type(value) is not int or not least <= value <= most:  # a bool is an int to isinstance
        raise invalid(name, f"must be a whole number from {least} to {most}")
    return value


def only(body: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(body) - known)
    if unknown:
        raise invalid(unknown[0][:TEXT_CHARS_MAX], "is not a known field")


def invalid(name: str, complaint: str) -> Refused:
    return Refused(422, "invalid", f"{name} {complaint}")

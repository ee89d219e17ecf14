"""Bodies in, checked values out. Every field has a type and a limit; what breaks one is a 422."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from project.simulator.faults import Fault, Mode
from project.simulator.refusal import Refused

DRAFTS_MAX = 10_000
POSTINGS_MAX = 1_000
AMOUNT_MINOR_MAX = 2**63 - 1
REASON_CHARS_MAX = 500
DELAY_S_MAX = 60
DELAY_S_OF_SLOW = 5.0
REQUESTS_MAX = 1_000_000
NAME_CHARS_MAX = 100
REFUSED_MAX = 100
CREDIT_NOTES = ("cancellation", "return")


def _printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError("invalid", "must be printable")
    return value


def _instant(value: str) -> str:
    try:
        if datetime.fromisoformat(value).tzinfo:
            return value
    except ValueError:
        pass
    raise PydanticCustomError("invalid", "must be a date and time with its offset")


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise PydanticCustomError("invalid", "must be a day, as 2026-11-21") from None


_PRINTABLE = AfterValidator(_printable)
Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=100), _PRINTABLE]
LongText: TypeAlias = Annotated[str, Field(min_length=1, max_length=255), _PRINTABLE]
StoreCode: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$")]
Rate: TypeAlias = Annotated[str, Field(pattern=r"^(100|\d{1,2}(\.\d{1,4})?)$")]
"""In percent."""
Day: TypeAlias = Annotated[str, AfterValidator(_day)]


class Form(BaseModel):
    """A JSON object of these fields and no others, each of its own type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DraftForm(Form):
    idempotency_key: LongText
    store: StoreCode
    count: Annotated[int, Field(ge=1, le=DRAFTS_MAX)]


class VoidForm(Form):
    store: StoreCode
    invoice_number: Text
    reason: Annotated[str, Field(min_length=1, max_length=REASON_CHARS_MAX)]


class Posting(Form):
    """A debit is positive, a credit negative. What is taxed names its tax: revenue without it, and the tax itself."""

    account: Text
    amount_minor: Annotated[int, Field(ge=-AMOUNT_MINOR_MAX, le=AMOUNT_MINOR_MAX)]
    tax_code: Text | None = None
    tax_rate: Rate | None = None
    is_tax: bool = False

    @model_validator(mode="after")
    def is_of_a_tax_or_of_none(self) -> Self:
        if (self.tax_code is None) != (self.tax_rate is None) or (self.is_tax and self.tax_code is None):
            raise PydanticCustomError("invalid", "tax_code and tax_rate belong together, is_tax to both")
        return self


class EntryForm(Form):
    idempotency_key: LongText
    store: StoreCode
    invoice_number: Text
    credit_note_number: Text | None = None
    kind: Literal["sale", "cancellation", "return", "deposit", "deposit_refund", "closing"]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    occurred_at: Annotated[str, AfterValidator(_instant)]
    day: Day
    postings: Annotated[tuple[Posting, ...], Field(min_length=1, max_length=POSTINGS_MAX)]

    @model_validator(mode="after")
    def is_credit_note_numbered(self) -> Self:
        if (self.kind in CREDIT_NOTES) is (self.credit_note_number is None):
            raise PydanticCustomError("credit_note_number", "a credit note, and nothing else, has a number of its own")
        return self

    @model_validator(mode="after")
    def is_balanced(self) -> Self:
        if sum(line.amount_minor for line in self.postings):
            raise PydanticCustomError("unbalanced", "debits and credits differ")
        return self


class ClosedForm(Form):
    """The last day that the books are closed for."""

    until: Day | None = None


class RefusalsForm(Form):
    """What entries are refused for naming: accounts that are not known, days, and numbers of their own."""

    accounts: Annotated[tuple[Text, ...], Field(max_length=REFUSED_MAX)] = ()
    days: Annotated[tuple[Day, ...], Field(max_length=REFUSED_MAX)] = ()
    numbers: Annotated[tuple[Text, ...], Field(max_length=REFUSED_MAX)] = ()


class FaultForm(Form):
    mode: Mode
    delay_s: Annotated[float | None, Field(ge=0, le=DELAY_S_MAX)] = None
    requests: Annotated[int | None, Field(ge=1, le=REQUESTS_MAX)] = None

    def fault(self) -> Fault:
        usual = DELAY_S_OF_SLOW if self.mode is Mode.SLOW else 0.0
        return Fault(mode=self.mode, delay_s=usual if self.delay_s is None else self.delay_s, requests=self.requests)


class ReportForm(Form):
    """Of what is booked from one day to another, those two counted in; nothing: of all days, of all stores."""

    store: StoreCode | None = None
    first: Day | None = None
    last: Day | None = None


_Form = TypeVar("_Form", bound=Form)


def read(form: type[_Form], body: bytes) -> _Form:
    try:
        return form.model_validate_json(body)
    except ValidationError as found:
        raise _refused(found) from None


def read_query(form: type[_Form], query: Mapping[str, str]) -> _Form:
    try:
        return form.model_validate(dict(query))
    except ValidationError as found:
        raise _refused(found) from None


def _refused(found: ValidationError) -> Refused:
    first = found.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])[:NAME_CHARS_MAX] or "the body"
    match first["type"]:
        case "json_invalid":
            return Refused(400, "malformed_json", "the body is not JSON")
        case "unbalanced":
            return Refused(422, "unbalanced", first["msg"])
    return Refused(422, "invalid", f"{where}: {first['msg']}")

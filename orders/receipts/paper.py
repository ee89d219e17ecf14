"""A receipt as people read it: what stands on it, in words and amounts. How it looks is not said here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from base import written
from orders.receipts.core.receipt import Receipt, ReceiptKind, ReceiptLine
from orders.receipts.core.sold import Moved
from orders.receipts.words import words_of

PIECE = "piece"
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
# They would turn what stands beside them round, or cannot be seen. What joins letters is kept.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


# First strong isolate, and its end (Unicode, UAX 9).
_ISOLATED, _ISOLATED_UNTIL = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    value: str
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """`mark`: the letter of its tax; `notes`: what is said below it."""

    name: str
    how_many: str
    amount: str
    mark: str
    notes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """`language`: of the words beside the shop's own."""

    language: str
    store: Sequence[str]
    title: str
    about: Sequence[Row]
    items: Sequence[Item]
    sums: Sequence[Row]
    payments: Sequence[Row]
    taxes: Sequence[Row]
    notes: Sequence[str]
    footer: Sequence[str]


def plain(text: str) -> str:
    """As one line, and with nothing in it that is not seen."""
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()


def paper(receipt: Receipt) -> Paper:
    writer = _Writer(receipt)
    return Paper(
        language=writer.words.language,
        store=writer.store(),
        title=writer.title(),
        about=list(writer.about()),
        items=[writer.item(line) for line in receipt.lines],
        sums=list(writer.sums()),
        payments=list(writer.payments()),
        taxes=list(writer.taxes()),
        notes=list(writer.notes()),
        footer=_lines(receipt.footer),
    )


def _lines(text: str) -> list[str]:
    """Here a new line is meant."""
    return [line for line in map(plain, text.splitlines()) if line]


class _Writer:
    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self.words = words_of(receipt.store.locale)
        self._marks = {(tax.code, tax.rate): mark for tax, mark in zip(receipt.taxes, ascii_uppercase, strict=False)}

    def store(self) -> list[str]:
        store = self._receipt.store
        tax_id = [f"{self.words.tax_number} {plain(store.tax_id)}"] if store.tax_id else []
        return [plain(store.name), *_lines(store.address), *tax_id]

    def title(self) -> str:
        match self._receipt.kind:
            case ReceiptKind.PRO_FORMA:
                return self.words.pro_forma
            case ReceiptKind.CREDIT_NOTE:
                return self.words.deposit_given_back if self._receipt.is_part else self.words.credit_note
        return self.words.part_payment if self._receipt.is_part else self.words.receipt

    def about(self) -> Iterator[Row]:
        receipt, store, words = self._receipt, self._receipt.store, self.words
        if receipt.credit_note_number or receipt.credit_note_pending:
            yield Row(words.credit_note, receipt.credit_note_number or words.number_follows)
        if receipt.invoice_number or receipt.invoice_pending:
            yield Row(words.invoice, receipt.invoice_number or words.number_follows)
        yield Row(words.order, str(receipt.number))
        yield Row(words.date, written.moment(receipt.at, store.time_zone, store.locale))
        if receipt.business_day and receipt.business_day != written.local_day(receipt.at, store.time_zone):
            yield Row(words.business_day, written.day(receipt.business_day, store.locale))
        if customer := receipt.customer:
            yield Row(words.customer, plain(customer.name))
            if customer.tax_id:
                yield Row(words.tax_number, plain(customer.tax_id))
            for line in _lines(customer.address or ""):
                yield Row("", line)

    def item(self, line: ReceiptLine) -> Item:
        """A price is of one unit, of which several make a line."""
        count = written.quantity(line.quantity, line.quantity_decimals, self._receipt.store.locale)
        unit = "" if line.unit == PIECE else f" {plain(line.unit)}"
        notes = (
            [self.words.less_discount.format(amount=self._within(line.discount_minor))] if line.discount_minor else []
        )
        return Item(
            name=plain(line.name),
            how_many=f"{count}{unit} × {self._within(line.unit_price_minor)}",
            amount=self._amount(line.amount_minor),
            mark=self._marks.get((line.tax_code or "", line.tax_rate or ""), ""),
            notes=notes,
        )

    def sums(self) -> Iterator[Row]:
        receipt = self._receipt
        if receipt.subtotal_minor != receipt.total_minor and receipt.lines:
            yield Row(self.words.subtotal, self._amount(receipt.subtotal_minor))
        if receipt.discount_minor:
            yield Row(self.words.discount, self._amount(-receipt.discount_minor))
        if receipt.exempted_minor:
            yield Row(self.words.tax_left_away, self._amount(-receipt.exempted_minor))
        if receipt.tax_minor and not receipt.prices_include_tax:
            yield Row(self.words.tax, self._amount(receipt.tax_minor))
        yield Row(self.words.total, self._amount(receipt.total_minor), is_strong=True)
        if receipt.rounding_minor:
            is_credit = receipt.kind is ReceiptKind.CREDIT_NOTE
            yield Row(
                self.words.rounding, self._amount(-receipt.rounding_minor if is_credit else receipt.rounding_minor)
            )

    def payments(self) -> Iterator[Row]:
        receipt = self._receipt
        if receipt.paid_before_minor:
            yield Row(self.words.paid_before, self._amount(receipt.paid_before_minor))
        for moved in receipt.payments:
            yield Row(self._method(moved), self._amount(moved.tendered_minor))
        if receipt.change_minor:
            yield Row(self.words.change, self._amount(receipt.change_minor))
        if receipt.due_minor or receipt.kind is ReceiptKind.PRO_FORMA:
            yield Row(self.words.still_to_be_paid, self._amount(receipt.due_minor), is_strong=True)

    def taxes(self) -> Iterator[Row]:
        """Each with what it is on."""
        receipt = self._receipt
        for tax in receipt.taxes:
            mark = self._marks.get((tax.code, tax.rate), "")
            rate = written.percentage(tax.rate, receipt.store.locale)
            named = f"{mark} {plain(tax.name)} {rate}".strip()
            label = self.words.tax_on.format(tax=named, amount=self._within(tax.net_minor))
            yield Row(label, self._amount(tax.tax_minor))

    def notes(self) -> Iterator[str]:
        receipt = self._receipt
        if receipt.kind is ReceiptKind.PRO_FORMA:
            yield self.words.no_invoice
        if receipt.is_part and receipt.kind is ReceiptKind.RECEIPT:
            yield self.words.invoice_comes
        if receipt.tax_exempt:
            yield self.words.tax_exempt

    def _amount(self, minor: int) -> str:
        return written.amount(minor, self._receipt.currency, self._receipt.store.locale)

    def _within(self, minor: int) -> str:
        """In the midst of words, which it does not turn round where it is written from right to left."""
        return f"{_ISOLATED}{self._amount(minor)}{_ISOLATED_UNTIL}"

    def _method(self, moved: Moved) -> str:
        """What a card's slip or a provider knows it by is said too."""
        named = moved.provider.capitalize() if moved.provider else self.words.method(moved.method)
        said = f"{named} {plain(moved.reference)}" if moved.reference else named
        return said if moved.signed_minor >= 0 else self.words.given_back.format(payment=said)

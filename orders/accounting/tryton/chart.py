"""What every document in Tryton refers to, looked up by name or code: company, party, journals, accounts."""

import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.accounting.tryton.address import Address
from orders.accounting.tryton.rpc import Record, Rpc
from orders.accounting.tryton.taxes import TaxKey, find_or_make
from orders.accounting.tryton.values import as_day, read_day


@dataclass(frozen=True, slots=True)
class Account:
    """`is_revenue`: an invoice's line may name it; all others move in the entry of the money."""

    id: int
    is_revenue: bool
    needs_party: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    id: int
    currency: int
    currency_code: str
    digits: int
    party: int
    address: int
    receivable: int
    cash_journal: int


class Chart:
    """Read once and kept, except what was not there. That a name of the settings is missing concerns all entries,
    hence a fault; that an account is missing concerns those that name it, hence a refusal. Threads may share it."""

    def __init__(self, rpc: Rpc, address: Address) -> None:
        self._rpc = rpc
        self._address = address
        self._lock = threading.Lock()
        self._company: Company | None = None
        self._accounts: dict[str, Account] = {}
        self._journals: dict[str, int] = {}
        self._taxes: dict[tuple[TaxKey, str], int] = {}

    @property
    def company(self) -> Company:
        with self._lock:
            if self._company is None:
                self._company = self._read_company()
            return self._company

    def account(self, code: str) -> Account:
        if code not in self._accounts:
            domain = [
                ["code", "=", code],
                ["company", "=", self.company.id],
                ["type", "!=", None],
                ["closed", "!=", True],
            ]
            found = self._rpc.search("account.account", domain, ["type.revenue", "party_required"], limit=1)
            if not found:
                raise AccountingRefusal(f"Tryton has no account {code}")
            row = found[0]
            self._accounts[code] = Account(row["id"], bool(row["type."]["revenue"]), bool(row["party_required"]))
        return self._accounts[code]

    def tax(self, key: TaxKey, *, account: str) -> int:
        if (key, account) not in self._taxes:
            on = self.account(account).id
            self._taxes[key, account] = find_or_make(self._rpc, key, company=self.company.id, account=on)
        return self._taxes[key, account]

    def journal(self, store_code: str) -> int:
        """The store's own, if one has its code, else that of the settings."""
        if store_code not in self._journals:
            codes = [store_code, self._address.journal]
            domain = [["code", "in", codes], ["type", "=", "revenue"]]
            found = self._rpc.search("account.journal", domain, ["code"], limit=2)
            if not found:
                raise AccountingFault(f"Tryton has no revenue journal {self._address.journal}")
            self._journals[store_code] = min(found, key=lambda row: row["code"] != store_code)["id"]
        return self._journals[store_code]

    def open_day(self, day: date) -> date:
        """The day itself, or the first one after it whose period is open; but not after Tryton's today: what is dated
        ahead cannot be posted. Where no period is open Tryton says so itself."""
        today = read_day(self._rpc.call("model.ir.date.today"))
        day = min(today, day)
        domain = [
            ["company", "=", self.company.id],
            ["type", "=", "standard"],
            ["state", "=", "open"],
            ["end_date", ">=", as_day(day)],
            ["start_date", "<=", as_day(today)],
        ]
        found = self._rpc.search("account.period", domain, ["start_date"], limit=1, order=[["start_date", "ASC"]])
        return max([day, *(read_day(period["start_date"]) for period in found)])

    def period(self, on: Record) -> int:
        """That of a move on this day. Unless a move names one, Tryton takes today's, whatever the move's date is."""
        domain = [
            ["company", "=", self.company.id],
            ["type", "=", "standard"],
            ["start_date", "<=", on],
            ["end_date", ">=", on],
        ]
        found = self._rpc.search("account.period", domain, ["state"], limit=1)
        if not found:
            raise AccountingRefusal(f"Tryton has no period of {read_day(on)}")
        return int(found[0]["id"])

    def _read_company(self) -> Company:
        company = self._one(
            "company.company",
            ["id", "=", self._rpc.company],
            names=["currency", "currency.code", "currency.digits"],
        )
        party = self._one("party.party", ["name", "=", self._address.party], names=["addresses"])
        if not party["addresses"]:
            raise AccountingFault(f"Tryton's party {self._address.party} has no address")
        return Company(
            id=company["id"],
            currency=company["currency"],
            currency_code=company["currency."]["code"],
            digits=company["currency."]["digits"],
            party=party["id"],
            address=party["addresses"][0],
            receivable=self._receivable(company["id"]),
            cash_journal=self._one("account.journal", ["code", "=", self._address.cash_journal], names=["code"])["id"],
        )

    def _receivable(self, company: int) -> int:
        if code := self._address.receivable:
            domain = [["code", "=", code], ["company", "=", company]]
            return int(self._one("account.account", *domain, names=["code"])["id"])
        defaults = self._rpc.call("model.account.configuration.read", [1], ["default_account_receivable"])
        match defaults:
            case [{"default_account_receivable": int(account)}]:
                return account
        raise AccountingFault("Tryton has no default account for receivables")

    def _one(self, model: str, *domain: Any, names: list[str]) -> Any:
        found = self._rpc.search(model, list(domain), names, limit=1)
        if not found:
            raise AccountingFault(f"Tryton has no {model} with {domain[0][0]} {domain[0][2]}")
        return found[0]

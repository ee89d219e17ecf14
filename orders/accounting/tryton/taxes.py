"""The taxes that entries name, as Tryton keeps them: by code and rate, on the account that the tax is booked on."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from orders.accounting.port import AccountingFault, AccountingRefusal, Posting
from orders.accounting.tryton.rpc import Rpc

TaxKey: TypeAlias = tuple[str | None, str | None]
"""Code and rate, in percent."""


def key_of(posting: Posting) -> TaxKey:
    return posting.tax_code, posting.tax_rate


def described(key: TaxKey) -> str:
    code, rate = key
    return f"{code} {rate} %"


def refuse_unpaired(revenue: Iterable[Posting], taxes: Iterable[Posting]) -> None:
    """Tryton hangs a tax on the lines that it is of."""
    taxed = {key_of(one) for one in revenue if one.tax_code is not None}
    for key in taxed ^ {key_of(one) for one in taxes}:
        raise AccountingRefusal(f"of {described(key)} there is only " + ("the revenue" if key in taxed else "the tax"))


def find_or_make(rpc: Rpc, key: TaxKey, *, company: int, account: int) -> int:
    """The accountant's own, whose name is the code, or the one that was made here: of two who make it the second finds
    the first one's."""
    if (found := _find(rpc, key, company=company, account=account)) is None:
        try:
            rpc.call("model.account.tax.create", [_new(key, company=company, account=account)])
        except AccountingRefusal as refusal:
            if _find(rpc, key, company=company, account=account) is None:
                raise AccountingRefusal(f"Tryton has no tax {described(key)}, and: {refusal}") from None
        found = _find(rpc, key, company=company, account=account)
    if found is None:
        raise AccountingFault(f"Tryton's tax {described(key)} is not there")
    return found


def _find(rpc: Rpc, key: TaxKey, *, company: int, account: int) -> int | None:
    """One that works out nothing else beside this rate, on whatever day."""
    domain = [
        ["name", "=", key[0]],
        ["company", "=", company],
        ["type", "=", "percentage"],
        ["rate", "=", _rate(key)],
        ["invoice_account", "=", account],
        ["credit_note_account", "=", account],
        *([name, "=", None] for name in ("parent", "childs", "start_date", "end_date")),
        ["update_unit_price", "=", False],
        ["OR", ["group", "=", None], ["group.kind", "in", ["sale", "both"]]],
    ]
    found = rpc.search("account.tax", domain, ["name"], limit=1, order=[["id", "ASC"]])
    return int(found[0]["id"]) if found else None


def _new(key: TaxKey, *, company: int, account: int) -> dict[str, Any]:
    return {
        "ringup_key": f"{company}/{account}/{described(key)}",
        "name": key[0],
        "description": described(key),
        "company": company,
        "type": "percentage",
        "rate": _rate(key),
        "invoice_account": account,
        "credit_note_account": account,
    }


def _rate(key: TaxKey) -> dict[str, str]:
    return {"__class__": "Decimal", "decimal": str(Decimal(key[1] or "0").scaleb(-2))}

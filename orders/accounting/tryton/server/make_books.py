"""Make the books of a company to try Ringup's adapter with, in a database that has the module `ringup` already.

    TRYTOND_CONFIG=trytond.conf python make_books.py DATABASE

A chart of accounts that has what Ringup posts to, under Ringup's names, of which only `revenue` is of a type with
revenue; a fiscal year, a customer, and two stores: each has a journal and a series of numbers of its own.
"""

import sys

from proteus import Model
from proteus import config as proteus_config
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear
from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company, get_company

CODES = {
    "1.1.1": "cash",
    "1.1.3": "card",
    "1.1.2": "online",
    "1.1.4": "transfer",
    "2.2.2": "voucher",
    "2.1.4": "deposits",
    "4.1.1": "revenue",
    "6.3.6": "tax",
    "6.2.8": "rounding",
    "6.1.2": "cash_difference",
}
STORES = ("main", "other")


def main(database):
    proteus_config.set_trytond(database)
    create_company(currency="GBP")
    company = get_company()
    company.cancel_invoice_out = True  # or else a number could not be voided
    company.save()
    create_chart(company)
    rename_accounts()
    add_cash_on_its_way()
    Model.get("party.party")(name="Walk-in customer").save()
    fiscal_year = set_fiscalyear_invoice_sequences(create_fiscalyear(company))
    (everybodys,) = fiscal_year.invoice_sequences
    everybodys.sequence = len(STORES)
    for place, store in enumerate(STORES):
        add_series(fiscal_year, store, place, everybodys)
    fiscal_year.click("create_period")


def rename_accounts():
    for account in Model.get("account.account").find([("code", "in", list(CODES))]):
        account.code = CODES[account.code]
        account.save()


def add_cash_on_its_way():
    """To or from the bank, as `cash` is."""
    (cash,) = Model.get("account.account").find([("code", "=", "cash")])
    on_its_way = Model.get("account.account")(name="Cash on its way", code="cash_transfer", parent=cash.parent)
    on_its_way.type = cash.type
    on_its_way.save()


def add_series(fiscal_year, store, place, everybodys):
    """Sequences of a journal stand before those of everybody: the first that fits is taken."""
    series = fiscal_year.invoice_sequences.new()
    series.sequence = place
    series.journal = journal_of(store)
    for kind, infix in (("invoice", ""), ("credit_note", "C")):
        numbers = Model.get("ir.sequence.strict")(
            name=f"{store} {kind}",
            prefix=f"{store.upper()}-{infix}",
            padding=6,
            sequence_type=everybodys.out_invoice_sequence.sequence_type,
            company=fiscal_year.company,
        )
        numbers.save()
        setattr(series, f"out_{kind}_sequence", numbers)
        setattr(series, f"in_{kind}_sequence", getattr(everybodys, f"in_{kind}_sequence"))


def journal_of(store):
    journal = Model.get("account.journal")(name=f"Sales of {store}", code=store, type="revenue")
    journal.save()
    return journal


if __name__ == "__main__":
    main(*sys.argv[1:])

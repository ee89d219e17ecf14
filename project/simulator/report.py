"""What was booked, as an accountant asks for it: how many documents of which kind, what each account moved, and what is
owed of each tax."""

import json
from collections import Counter, defaultdict
from typing import Any

from project.simulator.books import Books
from project.simulator.forms import ReportForm

BOOKED = """
    SELECT currency, kind, postings FROM journal
    WHERE (:store IS NULL OR store = :store) AND (:first IS NULL OR booked_on >= :first)
        AND (:last IS NULL OR booked_on <= :last)
    ORDER BY id
"""


def of(books: Books, asked: ReportForm) -> dict[str, Any]:
    """Amounts as an accountant reads them: a debit is positive in `accounts`, and in `taxes` what was sold is."""
    accounts: dict[tuple[str, str], int] = defaultdict(int)
    taxes: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    with books.transaction() as db:
        rows = db.execute(BOOKED, asked.model_dump()).fetchall()
    for row in rows:
        for one in json.loads(row["postings"]):
            accounts[row["currency"], one["account"]] += one["amount_minor"]
            if "tax_code" in one:
                of_tax = taxes[row["currency"], one["tax_code"], one["tax_rate"]]
                of_tax["is_tax" in one] -= one["amount_minor"]
    return {
        "entries": len(rows),
        "kinds": [
            {"currency": currency, "kind": kind, "entries": count}
            for (currency, kind), count in sorted(Counter((row["currency"], row["kind"]) for row in rows).items())
        ],
        "taxes": [
            {"currency": currency, "code": code, "rate": rate, "net_minor": net, "tax_minor": tax}
            for (currency, code, rate), (net, tax) in sorted(taxes.items())
        ],
        "accounts": [
            {"currency": currency, "account": account, "amount_minor": amount}
            for (currency, account), amount in sorted(accounts.items())
        ],
    }

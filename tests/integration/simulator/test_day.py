"""A day with all that a day may bring, as the simulator's report tells it: it is our day's report."""

from pathlib import Path
from typing import Any

from orders.accounting.http import HttpAccounting
from orders.accounting.outside.relay import relay_outbox
from orders.invoicing.outside.refill import refill_invoice_pool
from tests.support.accounting.simulator import simulating
from tests.support.samples.whole_day import BY_ACCOUNT, BY_CLOSING, KINDS, KIOSK, TAXES, open_kiosk
from tests.support.shop.reports import report, today


def test_the_simulators_report_of_a_day_is_ours(own_database: str, tmp_path: Path) -> None:
    kiosk = open_kiosk()
    with simulating(tmp_path) as simulator:
        accounting = HttpAccounting(simulator.url)
        refill_invoice_pool(accounting)
        kiosk.spend_the_day()
        relay_outbox(accounting)
        day = today(kiosk.backoffice)
        _, told = simulator.ask("GET", f"/report?store={KIOSK}&first={day}&last={day}")
    ours = report(kiosk.backoffice, day)
    assert told["entries"] == len(KINDS)
    assert {one["kind"]: one["entries"] for one in told["kinds"]} == {kind: KINDS.count(kind) for kind in KINDS}
    accounts = {one["account"]: one["amount_minor"] for one in told["accounts"]}
    assert accounts == BY_ACCOUNT
    assert taxes_of(told) == taxes_of(ours) == TAXES
    assert {one["method"]: one["amount_minor"] for one in ours["methods"]} == {
        method: accounts[method] - BY_CLOSING.get(method, 0) for method in ("cash", "card", "transfer", "voucher")
    }
    assert (ours["rounding_minor"], ours["deposits_minor"]) == (-accounts["rounding"], -accounts["deposits"])
    assert [ours[name]["count"] for name in ("sales", "refunds", "cancelled")] == [3, 2, 1]


def taxes_of(told: Any) -> dict[tuple[str, str], tuple[int, int]]:
    return {(one["code"], one["rate"]): (one["net_minor"], one["tax_minor"]) for one in told["taxes"]}

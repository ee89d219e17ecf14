"""Voiding a number in Tryton: its draft is cancelled, keeps the number, and says why."""

from orders.accounting.port import AccountingFault, AccountingRefusal
from orders.accounting.tryton.chart import Chart
from orders.accounting.tryton.posting import numbered
from orders.accounting.tryton.rpc import Changed, Record, Rpc

TRIES_MAX = 6
"""Two steps, and another writer may be met at each."""


def void(rpc: Rpc, chart: Chart, *, store_code: str, number: str, reason: str) -> None:
    """Two steps, the reason first: it can be seen how far an earlier attempt came."""
    for _ in range(TRIES_MAX):
        invoice = numbered(rpc, chart, store_code=store_code, number=number)
        if invoice["state"] == "cancelled":
            return
        if invoice["state"] != "draft" or invoice["ringup_entry"] is not None:
            raise AccountingRefusal(f"{number} is booked")
        try:
            _take_step(rpc, invoice, reason)
        except Changed:
            continue
        except AccountingRefusal:
            if numbered(rpc, chart, store_code=store_code, number=number)["state"] != "cancelled":
                raise
    raise AccountingFault("others keep changing the invoice")


def _take_step(rpc: Rpc, invoice: Record, reason: str) -> None:
    if invoice["comment"]:
        rpc.call("model.account.invoice.cancel", [invoice["id"]])
    else:
        unchanged = {f"account.invoice,{invoice['id']}": invoice["_timestamp"]}
        rpc.call("model.account.invoice.write", [invoice["id"]], {"comment": f"Void: {reason}"}, _timestamp=unchanged)

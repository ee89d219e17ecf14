"""The day in words, for the person at the screen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from base import written
from project.demo.report import Report
from project.demo.verdict import Refused


def print_summary(
    console: Console, *, report: Report, refused: Sequence[Refused], broken: Sequence[str], scarce: bool
) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    for name, text in summary_rows(report):
        table.add_row(name, text)
    console.print(table)
    if refused:
        console.print(refusal_table(refused))
    if scarce:
        console.print(scarcity_text(report))
    for law in broken:
        console.print(f"[bold red]Does not hold:[/] {law}", highlight=False)
    if not broken:
        console.print("[bold green]Everything holds:[/] nothing was lost, doubled or oversold.")


def summary_rows(report: Report) -> list[tuple[str, str]]:
    rejected = sum(report.rejected.values())
    codes = ", ".join(f"{count} {code}" for code, count in report.rejected.items())
    latency = ", ".join(f"{name} {value:,.1f} ms" for name, value in report.latency_ms.items())
    return [
        ("Sold", f"{report.units_sold:,} units, {pounds(report.revenue_minor)} in paid orders"),
        ("Turnover", turnover_text(report)),
        ("Orders", f"{report.orders:,} with {report.lines:,} lines"),
        ("Returned", f"{report.units_returned:,} units to the sale they came from"),
        ("Unmatched", f"{report.unmatched_return_units:,} units came back, of no sale that is known"),
        (
            "Left out",
            f"{report.credit_lines_left_out:,} credit lines about no goods, such as postage",
        ),
        ("Written off", f"{report.units_written_off:,} units"),
        ("Commands", f"{report.commands:,}: {report.succeeded:,} succeeded, {rejected:,} rejected"),
        ("Of these", kinds_text(report.kinds)),
        ("Rejected", codes or "none"),
        ("Unsettled", f"{report.pending:,} pending, {report.parked:,} parked"),
        ("Sent twice", f"{report.replayed:,} answered as the same command"),
        ("Invoice numbers", numbers_text(report)),
        ("Postings", postings_text(report)),
        ("Of these", f"{kinds_text(report.entry_kinds)}; what costs nothing is not posted"),
        ("Drawers", drawers_text(report)),
        ("Stock levels", f"{report.oversold_levels:,} oversold"),
        ("Audit", f"{report.audit_drifts:,} drifts"),
        ("Speed", f"{report.elapsed_s:,.1f} s, {report.commands_per_s:,.0f} commands/s"),
        ("Submit to settled", latency),
    ]


def turnover_text(report: Report) -> str:
    """Less what came back."""
    taxes = "".join(f" + {pounds(minor)} of VAT at {rate} %" for rate, minor in report.taxes.items())
    return f"{pounds(report.net_minor)} net{taxes} = {pounds(report.gross_minor)}"


def kinds_text(kinds: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind.replace('_', '-')}" for kind, count in kinds.items()) or "none"


def numbers_text(report: Report) -> str:
    text = f"{report.invoice_numbers:,} given, {report.invoice_numbers_duplicated:,} of them twice"
    return f"{text}, {report.invoice_numbers_late:,} after the sale" if report.invoice_numbers_late else text


def postings_text(report: Report) -> str:
    text = f"{report.entries_posted:,} of {report.entries:,} confirmed by accounting, {report.entries_parked:,} refused"
    if report.entries_booked is None:
        return text
    return f"{text}, {report.entries_booked:,} in its books; it was down for {report.accounting_down_s:,.1f} s"


def drawers_text(report: Report) -> str:
    counted, difference = pounds(report.cash_minor), pounds(report.cash_difference_minor)
    return f"{report.drawers:,} closed with {counted} in cash, a difference of {difference}"


def refusal_table(refused: Sequence[Refused]) -> Table:
    """Per SKU: what was refused, and the most that was there when it was."""
    by_sku: dict[str, list[Refused]] = defaultdict(list)
    for row in refused:
        by_sku[row.sku].append(row)
    table = Table(title="Refused for want of stock", title_justify="left")
    for name in ("SKU", "refusals", "units asked for", "most available then", "left at close"):
        table.add_column(name, justify="left" if name == "SKU" else "right")
    for sku, rows in sorted(by_sku.items()):
        asked, most = sum(row.requested for row in rows), max(row.available for row in rows)
        table.add_row(sku, str(len(rows)), f"{asked:,}", f"{most:,}", f"{rows[0].left_at_close:,}")
    return table


def scarcity_text(report: Report) -> str:
    refusals = report.rejected.get("stock_insufficient", 0)
    oversold = "nothing" if not report.oversold_levels else f"{report.oversold_levels} levels"
    return f"Stock was scarce: {refusals} commands were refused for want of it. Oversold {oversold}."


def pounds(minor: int) -> str:
    return written.amount(minor, "GBP", "en-GB")

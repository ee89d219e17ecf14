"""The demo's report: what the database and the tills say of the day, in the order of the JSON file."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    orders: int
    lines: int
    commands: int
    kinds: dict[str, int]  # of commands -> how many
    succeeded: int
    rejected: dict[str, int]  # code -> commands
    parked: int
    pending: int
    revenue_minor: int  # of paid orders, with tax
    net_minor: int  # these two: of what was sold less what came back
    gross_minor: int
    taxes: dict[str, int]  # rate in percent -> what is owed of it
    units_sold: int
    units_returned: int
    unmatched_return_units: int
    units_written_off: int
    credit_lines_left_out: int
    invoice_numbers: int
    invoice_numbers_duplicated: int
    invoice_numbers_late: int  # sales that went on without one and got it later
    entry_kinds: dict[str, int]
    entries: int  # of paid, returned and cancelled orders, for accounting
    entries_posted: int
    entries_parked: int
    entries_booked: int | None  # in accounting's own books; None: nobody looked
    accounting_down_s: float
    drawers: int  # that were closed
    cash_minor: int  # counted in them
    cash_difference_minor: int  # what was too much or missing in any of them
    replayed: int
    oversold_levels: int
    audit_drifts: int
    elapsed_s: float
    commands_per_s: float
    latency_ms: dict[str, float]  # submit to settled, as the tills saw it: p50, p95, p99
    versions: dict[str, str]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """By nearest rank: each figure is one that was really seen."""
    ranked = sorted(values)
    return {
        f"p{percent}": round(ranked[math.ceil(len(ranked) * percent / 100) - 1], 1) if ranked else 0.0
        for percent in (50, 95, 99)
    }

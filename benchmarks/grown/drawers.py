"""The drawers of the shop of benchmarks.grown.rows: each was closed after so many orders, and is open again."""

from benchmarks.grown.rows import CLOSING, DRAWERLESS, SHIFT, Rows, uuid

_SHIFTS = f"generate_series(0, :orders / {SHIFT} - 2) AS shift, orders_terminal AS terminal WHERE id <> {DRAWERLESS}"
_ID = uuid("shift * 100 + terminal.id", of=CLOSING)
_AT = f"now() - interval '2 days' - (:orders - (shift + 1) * {SHIFT}) * interval '1 minute'"

_NONE = '{"count": 0, "total_minor": 0}'
_FIGURES = f"""'{{"sales": {{"count": 1, "total_minor": 250}}, "refunds": {_NONE}, "cancelled": {_NONE},
    "methods": [{{"method": "cash", "expected_minor": 250, "counted_minor": 250, "difference_minor": 0}}],
    "taxes": [], "float_minor": 0, "before_opening_minor": 0, "deposits_minor": 0, "rounding_minor": 0,
    "first_invoice_number": null, "last_invoice_number": null, "invoices_pending": 0,
    "gaps": [], "repeated": [], "unsettled": [], "opened_at": "2026-01-01T08:00:00Z"}}'::jsonb"""

CLOSINGS = (
    Rows(
        "orders_closing",
        {
            "id": _ID,
            "store_id": "store_id",
            "terminal_id": "terminal.id",
            "number": "shift + 1",
            "command_id": _ID,
            "opened_seq": f"shift * {SHIFT}",
            "closed_seq": f"(shift + 1) * {SHIFT}",
            "closed_at": _AT,
            "figures": f"{_FIGURES} || jsonb_build_object('id', {_ID}, 'terminal', terminal.id, 'number', shift + 1,"
            f" 'closed_at', {_AT}, 'movements', jsonb_build_array(jsonb_build_object('command_id', {_ID})),"
            " 'hash', md5(shift::text))",
            "hash": "md5(shift::text)",
        },
        f"{_SHIFTS} ORDER BY shift, terminal.id",
    ),
    Rows(
        "orders_drawermovement",
        {
            "store_id": "store_id",
            "terminal_id": "terminal.id",
            "command_id": _ID,
            "amount_minor": "-5000",
            "reason": "'to the bank'",
            "at": _AT,
            "closing_id": _ID,
        },
        f"{_SHIFTS} ORDER BY shift, terminal.id",
    ),
    Rows(
        "orders_drawer",
        {
            "terminal_id": "id",
            "store_id": "store_id",
            "opened_at": "now() - interval '2 days'",
            "opened_seq": f":orders - {SHIFT} + 1",
            "float_minor": "10000",
            "last_number": f":orders / {SHIFT} - 1",
        },
        f"orders_terminal WHERE id <> {DRAWERLESS}",
    ),
)

"""What a shop's day may bring: any order, and any command on it, sensible or not."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from orders.commands.core.amounts import in_coins
from orders.commands.core.machine import ORDER_KINDS, Fulfilment, Kind, PaymentTerms, Status
from orders.commands.core.order import Order
from orders.commands.core.refusals import refuse_by_state
from tests.properties.model import COIN_MINOR

TRACKED = ["TEA", "CUP", "SAUCER"]
SKUS = [*TRACKED, "POSTAGE"]
PRICES = [0, 100, 250]
LOCATIONS = [None, "shop", "stockroom"]
REFERENCES = ["cart-1", "cart-2"]
STRANGER = str(UUID(int=0))

ONWARD = [Kind.RESERVE, Kind.PAY, Kind.FULFILL, Kind.RETURN, Kind.ALLOCATE, Kind.DELIVER, Kind.EXTEND, Kind.RELEASE]

skus = st.sampled_from(SKUS)
quantities = st.integers(1, 4)
wanted_line = st.tuples(skus, quantities, st.sampled_from(PRICES))
wanted_lines = st.one_of(*[st.lists(wanted_line, min_size=1, max_size=3)] * 4, st.just([]))
fulfilments = st.sampled_from(Fulfilment)
terms = st.sampled_from(PaymentTerms)

stock_kinds = st.sampled_from(
    [
        *(Kind.RECEIVE, Kind.RECEIVE, Kind.ADJUST, Kind.COUNT, Kind.WRITE_OFF, Kind.TRANSFER, Kind.IMPORT),
        *(Kind.HOLD, Kind.HOLD, Kind.RELEASE_HOLD, Kind.COMMIT_HOLD),
    ]
)
shortages = st.sampled_from(["reject", "backorder", "backorder"])
pay_shortages = st.sampled_from(["reject", "record", "backorder"])
lifetimes = st.sampled_from([None, 60])


@st.composite
def order_kinds(draw: st.DrawFn, order: Order) -> Kind:
    """Mostly one that the order's state allows, and more often those that lead somewhere."""
    onward = [kind for kind in ONWARD if refuse_by_state(order, kind) is None]
    if order.backordered_at is None:
        onward = [kind for kind in onward if kind is not Kind.ALLOCATE]
    return draw(st.sampled_from([*onward * 8, *sorted(ORDER_KINDS, reverse=True)]))


def orders_to_go_on_with(orders: Iterable[Order]) -> st.SearchStrategy[Order | None]:
    """None is for a stock command. An order that has ended is rarely worth a try."""
    known = list(orders)
    live = [order for order in known if order.status not in (Status.CANCELLED, Status.RETURNED)]
    return st.sampled_from([*live * 4, *known, *[None] * max(len(known), 1)])


@st.composite
def tenders(draw: st.DrawFn, due_minor: int, *, partial: bool) -> list[dict[str, Any]]:
    """Mostly what is due, by one method or several, cash in coins; sometimes more or less. `partial`: mostly less."""
    if partial:
        due_minor = draw(st.integers(0, max(due_minor, 0)))
    parts = draw(st.lists(st.tuples(st.sampled_from(["cash", "card"]), st.integers(0, max(due_minor, 0))), max_size=3))
    left, given = due_minor, []
    for method, amount in parts:
        given.append((method, min(amount, left)))
        left -= given[-1][1]
    last = left + draw(st.sampled_from([*[0] * 8, 50, -1]))
    given.append((draw(st.sampled_from(["cash", "card"])), max(last, 0)))
    return [
        {"method": method, "amount_minor": amount, "reference": None}
        for method, exact in given
        if (amount := in_coins(exact, COIN_MINOR) if method == "cash" else exact) or method == "cash"
    ]


@st.composite
def order_payloads(draw: st.DrawFn, kind: Kind, order: Order) -> dict[str, Any]:
    """As the API stores them."""
    match kind:
        case Kind.PAY:
            return {
                "tenders": draw(tenders(order.due_minor, partial=(partial := draw(st.booleans())))),
                "partial": partial,
                "expected_total_minor": draw(st.sampled_from([None, None, order.total_minor])),
                "shortage": draw(pay_shortages if order.fulfilment is Fulfilment.IMMEDIATE else shortages),
                "skip_missing": draw(st.booleans()),
            }
        case Kind.RESERVE:
            return {
                "expires_in_s": draw(lifetimes),
                "shortage": draw(shortages),
                "skip_missing": draw(st.booleans()),
            }
        case Kind.EXTEND:
            return {"expires_in_s": draw(lifetimes)}
        case Kind.FULFILL:
            rows = st.lists(
                st.fixed_dictionaries({"line_id": line_ids(order), "quantity": st.none() | quantities}), min_size=1
            )
            return {"lines": draw(st.none() | rows)}
        case Kind.RETURN:
            rows = st.lists(return_rows(order), min_size=1, max_size=2)
            return {"lines": draw(rows), "location": draw(st.sampled_from(LOCATIONS)), "reason": None}
        case Kind.DELIVER | Kind.ALLOCATE:
            return {}
        case Kind.BACKORDER:
            return {"items": [], "reason": "recount"}
        case _:
            return {"reason": draw(st.sampled_from([None, "changed their mind"]))}


def line_ids(order: Order) -> st.SearchStrategy[str]:
    """Now and then one of no line."""
    known = [str(line.id) for line in order.lines]
    return st.sampled_from([*known, *known, *known, STRANGER])


def return_rows(order: Order) -> st.SearchStrategy[dict[str, Any]]:
    conditions = st.sampled_from(["sellable", "damaged"])
    by_line = {"line_id": line_ids(order), "sku": st.none()}
    by_sku = {"line_id": st.none(), "sku": st.sampled_from([line.sku for line in order.lines] or SKUS)}
    return st.one_of(
        st.fixed_dictionaries({**by_line, "quantity": quantities, "condition": conditions}),
        st.fixed_dictionaries({**by_sku, "quantity": quantities, "condition": conditions}),
    )


@st.composite
def stock_payloads(draw: st.DrawFn, kind: Kind) -> dict[str, Any]:
    rows = draw(st.lists(items(kind), min_size=1, max_size=3))
    match kind:
        case Kind.HOLD:
            return {"reference": draw(references), "items": rows, "expires_in_s": draw(lifetimes)}
        case Kind.RELEASE_HOLD:
            return {"reference": draw(references), "items": draw(st.sampled_from([rows, []])), "reason": None}
        case Kind.COMMIT_HOLD:
            return {"reference": draw(references), "items": rows}
        case Kind.ADJUST | Kind.COUNT | Kind.WRITE_OFF:
            return {"items": rows, "reason": "recount", "shortage": draw(st.sampled_from(["reject", "release"]))}
        case _:
            return {"items": rows, "reason": "recount", "reference": None}


references = st.sampled_from(REFERENCES)


def items(kind: Kind) -> st.SearchStrategy[dict[str, Any]]:
    """One row of a stock command."""
    counted = st.integers(0, 5)
    match kind:
        case Kind.ADJUST:
            return placed(skus, st.sampled_from([-3, -1, 1, 2]))
        case Kind.COUNT:
            return placed(skus, counted)
        case Kind.IMPORT:
            return placed(st.sampled_from([*SKUS, "GHOST"]), counted, st.sampled_from([*LOCATIONS, "attic"]))
        case Kind.TRANSFER:
            ways = st.permutations(["shop", "stockroom"])
            return st.builds(
                lambda sku, quantity, way: {
                    "sku": sku,
                    "quantity": quantity,
                    "from_location": way[0],
                    "to_location": way[1],
                },
                skus,
                quantities,
                ways,
            )
        case Kind.HOLD | Kind.RELEASE_HOLD | Kind.COMMIT_HOLD:
            return st.fixed_dictionaries({"sku": st.sampled_from(["TEA", "CUP", "POSTAGE"]), "quantity": quantities})
        case _:
            return placed(skus, quantities)


def placed(
    named: st.SearchStrategy[str],
    amounts: st.SearchStrategy[int],
    locations: st.SearchStrategy[str | None] = st.sampled_from(LOCATIONS),  # noqa: B008 - a strategy is a value
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"sku": named, "quantity": amounts, "location": locations})

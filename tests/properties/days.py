"""A shop's day at two tills, drawn at once: any sales, what comes back of them, and drawers closed meanwhile."""

from dataclasses import dataclass

from hypothesis import strategies as st

TILLS = 2
SKUS = ("TEA", "LOAF", "STAMP", "CHEESE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """`lines`: SKU, quantity, price, percent off. `by_voucher`, `by_card`: of what is left each time so many percent;
    the rest in cash, with so many coins too much. `deposit`: percent that is paid ahead, and whether the rest is.
    `sent_back`: it is sent on account, and so many of the first line come back before it is paid."""

    till: int
    lines: tuple[tuple[str, int, int, int], ...]
    percent_off: int
    exempt: bool
    by_voucher: int
    by_card: int
    coins_over: int
    deposit: tuple[int, bool] | None
    sent_back: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Of the sale and the line at these places, round and round. `quantity` None: the sale is cancelled."""

    till: int
    sale: int
    line: int
    quantity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """In coins."""

    till: int
    coins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`coins_off`: what is counted is wrong by so many."""

    till: int
    coins_off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    coin_minor: int
    prices_include_tax: bool
    events: tuple[Sold | Back | Moved | Closed, ...]


_tills = st.integers(0, TILLS - 1)
_shares = st.sampled_from([0, 0, 30, 100])
_line = st.tuples(st.sampled_from(SKUS), st.integers(1, 5), st.integers(0, 1_999), st.sampled_from([0, 0, 15, 33, 100]))
_sold = st.builds(
    Sold,
    till=_tills,
    lines=st.lists(_line, min_size=1, max_size=3).map(tuple),
    percent_off=st.sampled_from([0, 0, 7]),
    exempt=st.sampled_from([False, False, True]),
    by_voucher=_shares,
    by_card=_shares,
    coins_over=st.integers(0, 3),
    deposit=st.sampled_from([None, None, (40, True), (40, False)]),
    sent_back=st.sampled_from([None, None, 1, 2]),
)
_back = st.builds(
    Back, till=_tills, sale=st.integers(0, 9), line=st.integers(0, 2), quantity=st.sampled_from([None, 1, 1, 2])
)
_moved = st.builds(Moved, till=_tills, coins=st.integers(-20, 20))
_closed = st.builds(Closed, till=_tills, coins_off=st.integers(-3, 3))

days = st.builds(
    Day,
    coin_minor=st.sampled_from([1, 5, 50]),
    prices_include_tax=st.booleans(),
    events=st.tuples(
        st.lists(_sold, min_size=1, max_size=3), st.lists(_sold | _back | _back | _moved | _closed, max_size=7)
    ).map(lambda parts: (*parts[0], *parts[1])),
)

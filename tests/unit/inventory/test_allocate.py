"""Which locations serve a line: one that can serve all of it, or several in pick order."""

import pytest

from inventory.core.allocate import allocate
from inventory.core.levels import Level, Share

SHOP, DEPOT, ATTIC = (11, 1), (11, 2), (11, 3)


@pytest.mark.parametrize(
    ("shop", "depot", "attic", "quantity", "shares"),
    [
        pytest.param((5, 0), (5, 0), (5, 0), 5, [(SHOP, 5)], id="the first by pick order that has it all"),
        pytest.param((2, 0), (5, 0), (9, 0), 5, [(DEPOT, 5)], id="one that has it all, before any split"),
        pytest.param((2, 0), (3, 0), (9, 0), 6, [(ATTIC, 6)], id="the last one, if only that has it all"),
        pytest.param((2, 0), (3, 0), (4, 0), 7, [(SHOP, 2), (DEPOT, 3), (ATTIC, 2)], id="split by pick order"),
        pytest.param((2, 0), (0, 0), (4, 0), 5, [(SHOP, 2), (ATTIC, 3)], id="a split leaves out the empty"),
        pytest.param((2, 0), (3, 0), (4, 0), 9, [(SHOP, 2), (DEPOT, 3), (ATTIC, 4)], id="all there is"),
        pytest.param((5, 4), (3, 1), (0, 0), 2, [(DEPOT, 2)], id="what is reserved is not available"),
        pytest.param((5, 5), (3, 3), (4, 4), 1, None, id="everything is reserved"),
        pytest.param((2, 0), (3, 0), (4, 0), 10, None, id="one more than there is"),
    ],
)
def test_allocation(
    shop: tuple[int, int],
    depot: tuple[int, int],
    attic: tuple[int, int],
    quantity: int,
    shares: list[tuple[tuple[int, int], int]] | None,
) -> None:
    levels = [Level(SHOP, *shop), Level(DEPOT, *depot), Level(ATTIC, *attic)]
    wanted = None if shares is None else tuple(Share(*share) for share in shares)
    assert allocate(levels, quantity) == wanted


def test_a_product_without_levels_serves_nothing() -> None:
    assert allocate([], 1) is None

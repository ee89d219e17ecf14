"""Whom PostgreSQL ends for another transaction's sake tries again, a bounded number of times."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import transaction

from base.sql.retry_transient import TRIES_MAX, again
from base.sql.sets import cursor
from tests.support.network.threads import PATIENCE_S, Gate, begin
from tests.support.shop.shop import Shop, open_shop

pytestmark = pytest.mark.usefixtures("own_database")


def renames(shop: Shop, *skus: str, between: Callable[[], None]) -> Callable[[], None]:
    def rename() -> None:
        with transaction.atomic():
            for sku in skus:
                sql = "UPDATE inventory_product SET name = name || '!' WHERE store_id = %s AND sku = %s"
                cursor().execute(sql, (shop.store_id, sku))
                between()

    return rename


def names(shop: Shop) -> list[str]:
    sql = "SELECT name FROM inventory_product WHERE store_id = %s AND sku IN ('TEA-80', 'MUG-RED') ORDER BY sku"
    return [name for (name,) in cursor().execute(sql, (shop.store_id,))]


@pytest.mark.parametrize("tried_again", [True, False])
def test_of_two_that_lock_each_other_out_both_end_well(tried_again: bool) -> None:
    shop, gate = open_shop(), Gate(holds=2)
    wait = gate.before(lambda: None)
    both = [renames(shop, *skus, between=wait) for skus in (("TEA-80", "MUG-RED"), ("MUG-RED", "TEA-80"))]
    writing = [begin(again(one) if tried_again else one) for one in both]
    gate.wait_reached()
    gate.wait_reached()
    gate.open()
    faults = [type(fault) for one in writing if (fault := one.exception(PATIENCE_S))]
    assert faults == ([] if tried_again else [psycopg.errors.DeadlockDetected])
    assert names(shop) == (["Mug-Red!!", "Tea-80!!"] if tried_again else ["Mug-Red!", "Tea-80!"])


def failing(sqlstate: str, tries: list[str]) -> Callable[[], None]:
    def fail() -> None:
        tries.append(sqlstate)
        cursor().execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END $$".encode())

    return fail


@pytest.mark.parametrize(
    ("sqlstate", "count"), [("40P01", TRIES_MAX), ("40001", TRIES_MAX), ("55P03", 1), ("57014", 1), ("23505", 1)]
)
def test_only_these_are_tried_again_and_not_for_ever(sqlstate: str, count: int) -> None:
    tries: list[str] = []
    with pytest.raises(psycopg.Error):
        again(failing(sqlstate, tries))()
    assert tries == [sqlstate] * count


def test_a_part_of_a_transaction_is_not_tried_again() -> None:
    tries: list[str] = []
    with pytest.raises(psycopg.errors.DeadlockDetected), transaction.atomic():
        again(failing("40P01", tries))()
    assert tries == ["40P01"]

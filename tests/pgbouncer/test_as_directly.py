"""Tests of the suite once more, through PgBouncer: workers that die, many at once, notes, reading at one instant."""

import pytest

from tests.concurrency.test_bulk import test_the_journal_and_the_numbers_keep_the_order_of_the_items
from tests.concurrency.test_closings import test_closing_while_eight_threads_pay
from tests.concurrency.test_keys import test_the_same_key_fifty_times_at_once
from tests.concurrency.test_reads import test_what_is_paid_while_it_is_read_is_read_as_it_was
from tests.concurrency.test_stock import test_eight_buyers_and_five_units
from tests.integration.base.test_notes import (
    in_database,
    notes,
    on_redis,
    test_amounts_are_summed_by_page_and_over_pages,
    test_of_those_who_come_at_once_no_more_find_room_than_may,
)
from tests.pipeline.worker.test_crashes import plan, test_a_child_killed

__all__ = [
    "in_database",
    "notes",
    "on_redis",
    "plan",
    "test_a_child_killed",
    "test_amounts_are_summed_by_page_and_over_pages",
    "test_closing_while_eight_threads_pay",
    "test_eight_buyers_and_five_units",
    "test_of_those_who_come_at_once_no_more_find_room_than_may",
    "test_the_journal_and_the_numbers_keep_the_order_of_the_items",
    "test_the_same_key_fifty_times_at_once",
    "test_what_is_paid_while_it_is_read_is_read_as_it_was",
]

pytestmark = pytest.mark.usefixtures("own_database")

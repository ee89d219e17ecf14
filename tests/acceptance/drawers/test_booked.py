"""What a closing tells accounting."""

from orders.models import JournalEntry
from tests.support.shop.cashier import Cashier


def test_a_close_posts_movements_and_the_difference(cashier: Cashier) -> None:
    cashier.open(1_000)
    cashier.move(-300, "to the bank")
    cashier.move(50, "small change")
    cashier.close(740)
    entry = JournalEntry.objects.get(kind="closing")
    assert entry.postings == [["cash", -260], ["cash_transfer", 250], ["cash_difference", 10]]
    cashier.open(0)
    cashier.close(0)
    assert JournalEntry.objects.filter(kind="closing").count() == 1, "there was nothing to tell"


def test_of_all_that_is_counted_only_cash_is_booked(cashier: Cashier) -> None:
    """What a card reader or a bank took differs by its own statement, and is missing in no drawer."""
    cashier.open(0)
    cashier.sell(1)
    cashier.sell(2, method="card")
    closing = cashier.close(240, {"card": 400, "voucher": 700})["result"]["closing"]
    assert [one["difference_minor"] for one in closing["methods"]] == [-10, -100, 700]
    assert JournalEntry.objects.get(kind="closing").postings == [["cash", -10], ["cash_difference", 10]]
    cashier.open(0)
    cashier.close(0, {"card": 1})
    assert JournalEntry.objects.filter(kind="closing").count() == 1


def test_what_was_taken_before_the_first_opening_of_all_is_no_difference(boss: Cashier) -> None:
    """The first drawer goes on from all that its terminal ever took and gave back; so it is in one closing, once."""
    sold = boss.sell(3)
    boss.take_back(sold, 1)
    boss.sell(2, method="card")
    assert boss.open(1_000)["result"]["before_opening_minor"] == 750 - 250 + 500
    closing = boss.close(1_500, {"card": 500})["result"]["closing"]
    assert [(one["expected_minor"], one["difference_minor"]) for one in closing["methods"]] == [(1_500, 0), (500, 0)]
    assert (closing["sales"]["count"], closing["refunds"]["count"]) == (2, 1)
    assert not JournalEntry.objects.filter(kind="closing").exists()
    boss.open(0)
    assert boss.close(0)["result"]["closing"]["sales"] == {"count": 0, "total_minor": 0}

"""What a payment kept is known whatever its refund's id is."""

from uuid import UUID

from orders.journal.db.values import payments_of


def test_a_refund_whose_id_sorts_first_is_counted() -> None:
    taken, given_back = str(UUID(int=9)), str(UUID(int=5))
    rows = [
        ["order", given_back, "refund", "card", 400, "", None, None, taken],
        ["order", taken, "tender", "card", 900, "", None, None, None],
    ]
    (card,) = payments_of(rows)["order"]
    assert (card.taken_minor, card.kept_minor) == (900, 500)

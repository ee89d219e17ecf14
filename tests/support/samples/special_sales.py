"""Sales that make rows of a kind of their own: money that a provider moves, goods that no figure knew of."""

from orders.commands.core.machine import Kind
from tests.support.payments.paper_bank import banking, online
from tests.support.shop.rung import execute
from tests.support.shop.shop import PRICE_MINOR, Shop
from workers.authorize import authorize_payments


def sell_online(shop: Shop) -> None:
    order_id = shop.order(("POSTAGE", 1))
    shop.submit(Kind.PAY, order_id, tenders=[online(PRICE_MINOR)])
    with banking():
        execute([order_id])
        authorize_payments()
    execute([order_id])


def sell_unknown(shop: Shop) -> None:
    """More than there is of it."""
    order_id = shop.order(("SCARF-BLUE", 11))
    shop.submit(Kind.PAY, order_id, tenders=[{"method": "cash", "amount_minor": 11 * PRICE_MINOR}], shortage="record")
    execute([order_id])

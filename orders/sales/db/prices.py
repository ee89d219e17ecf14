"""What a new order is priced by, and whether its caller is still who he was, in one statement."""

from collections.abc import Collection

from base.sql.sets import first_row
from inventory.core.price_list import PriceList
from inventory.db.reads.price_list import PARTS, price_list_of
from orders.commands.core.caller import Caller
from orders.terminals.db.reads import STILL_SO, as_known

_PRICES = f"SELECT {PARTS}, {STILL_SO}"


def price_list_for(caller: Caller, key_hash: bytes, skus: Collection[str]) -> PriceList | None:
    """None where the caller is another one by now. May be the first statement of a call."""
    row = first_row(_PRICES, {**as_known(caller, key_hash), "skus": list(skus)})
    assert row is not None
    *parts, caller_is_so = row
    return price_list_of(*parts) if caller_is_so else None

"""A shop with a terminal for each role, and a second shop beside it."""

from dataclasses import dataclass

from orders.core.roles import Role
from orders.db.terminals import create_terminal
from tests.support.shop import Shop, open_shop
from tests.support.till import Till


@dataclass(frozen=True, slots=True)
class Chain:
    """`shop`: the one whose terminals are asked; `elsewhere`: a terminal of another one."""

    shop: Shop
    tills: dict[Role, Till]
    elsewhere: Till


def open_chain() -> Chain:
    shop, other = open_shop(), open_shop("other")
    tills = {role: Till(create_terminal(store_id=shop.store_id, name=f"the {role}", role=role)) for role in Role}
    return Chain(shop, tills, Till(create_terminal(store_id=other.store_id, name="the other", role=Role.BACKOFFICE)))

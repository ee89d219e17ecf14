"""A shop with a terminal for each role, and a second shop beside it."""

from dataclasses import dataclass
from typing import Any

from orders.commands.core.roles import Role
from orders.terminals.db.keys import create_terminal
from tests.support.shop.shop import Shop, open_shop
from tests.support.shop.till import Till


@dataclass(frozen=True, slots=True)
class Chain:
    """`shop`: the one whose terminals are asked; `elsewhere`: a terminal of another one."""

    shop: Shop
    tills: dict[Role, Till]
    elsewhere: Till


def open_chain(*, shop_code: str = "corner", other_code: str = "other", client: Any = None) -> Chain:
    """`client`: what the terminals call with; by default Django's test client."""
    shop, other = open_shop(shop_code), open_shop(other_code)

    def till(store_id: int, name: str, role: Role) -> Till:
        key = create_terminal(store_id=store_id, name=name, role=role)
        return Till(key, client) if client else Till(key)

    tills = {role: till(shop.store_id, f"the {role}", role) for role in Role}
    return Chain(shop, tills, till(other.store_id, "the other", Role.BACKOFFICE))

"""What a drawer's command is refused for before it is accepted."""

from collections.abc import Iterator

from base.currencies import said
from base.http.problems import Problem, at
from orders.commands.core.caller import Caller
from orders.commands.core.roles import Action
from orders.commands.core.tenders import Method
from orders.drawers.api.bodies import DrawerCloseIn, DrawerMovementIn, DrawerOpenIn, OfDrawerIn
from orders.drawers.db.reads import DrawerFacts
from orders.terminals.api.auth import require


def check_drawer(caller: Caller, body: OfDrawerIn, facts: DrawerFacts) -> None:
    """Another terminal's drawer is for supervisors; what lies in a drawer are coins that there are."""
    if body.terminal is not None and body.terminal != caller.terminal_id:
        require(caller.role, Action.SUPERVISE)
        if body.terminal not in facts.terminal_ids:
            detail = f"The store has no terminal {body.terminal}."
            raise Problem(422, "terminal_not_found", detail, errors=[at(["terminal"], detail, "terminal_not_found")])
    step, coin = facts.cash_rounding_minor, said(facts.cash_rounding_minor, caller.currency)
    if uneven := [place for place, minor in _cash(body) if minor % step]:
        detail = f"The smallest coin of the store is {coin}: an amount of cash is a multiple of it."
        errors = [at(place, detail, "not_a_multiple") for place in uneven]
        raise Problem(422, "validation_failed", detail, errors=errors)


def _cash(body: OfDrawerIn) -> Iterator[tuple[list[str | int], int]]:
    match body:
        case DrawerOpenIn():
            yield ["float_minor"], body.float_minor
        case DrawerMovementIn():
            yield ["amount_minor"], body.amount_minor
        case DrawerCloseIn():
            for index, one in enumerate(body.counted):
                if one.method is Method.CASH:
                    yield ["counted", index, "amount_minor"], one.amount_minor

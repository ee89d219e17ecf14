"""A batch's decisions: each command sees what the ones before it left. Then its sales and credit notes are dealt
invoice numbers.

Nothing here reads, writes or waits: what comes in is the batch as it was loaded, what goes out is what shall be saved.
A refusal is an outcome like any other, and the commands after it see the state without it. An exception is a bug: the
batch is undone, and the command at fault is parked.

Three things besides the commands themselves come of it: commands that the batch made itself, which release what has
lapsed or gives way; pays that have to wait for a payment provider, with the later commands of their orders; and whom
the decisions depend on, if anybody who is not here holds what they ask for.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orders.commands.core.order import Command, Order
from orders.commands.core.outcomes import Code, Rejection
from orders.commands.core.payloads import Cancel, Pay, Return
from orders.commands.core.rule import Applied
from orders.drawers.core.refusals import NOT_OPEN
from orders.journal.core.batch import Asked, Batch, Decided
from orders.journal.core.state import State
from orders.payments.core.authorization import Awaiting, to_await


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """`made`: commands that are not in the journal yet, which release what had lapsed or gives way. `awaiting`: pays
    that wait for a payment provider, and with each the later commands of its order. `asked`: what others may hold that
    all of it depends on."""

    decided: list[Decided]
    awaiting: list[Awaiting]
    made: list[Command]
    asked: Asked


def fold(
    batch: Batch,
    *,
    now: datetime,
    new_id: Callable[[], UUID],
    numbers_max: Mapping[int, int] | None = None,
) -> Folded:
    """Decide the commands in their order.

    `numbers_max`: store id -> how many invoice numbers there are, where what needs one is refused without it; None
    where it goes on.
    """
    state = State(batch, now=now, new_id=new_id)
    numbers = None if numbers_max is None else dict(numbers_max)
    decided: list[Decided] = []
    awaiting: dict[UUID | None, Awaiting] = {}
    made: list[Command] = []
    for command in batch.commands:
        if command.order_id in awaiting:
            awaiting[command.order_id].behind.append(command)
            continue
        # What is asked of a provider while the goods were held has them still when the answer comes.
        if not batch.known(command) and (lapse := state.lapse(command)):
            made.append(lapse.command)
            decided.append(lapse)
        before, payload = state.orders[command.order_id] if command.order_id else None, command.payload
        outcome, others = state.decide(before, command)
        made += [one.command for one in others]
        decided += others
        if numbers is not None and _takes_any(command, before, outcome) and not numbers.get(command.store_id):
            outcome = _POOL_EMPTY
        # What a provider was asked for was taken while the drawer was open.
        if isinstance(outcome, Applied) and command.id in batch.drawerless and not batch.known(command):
            outcome = NOT_OPEN
        if isinstance(outcome, Applied):
            if isinstance(payload, Pay) and (waits := to_await(command, payload, batch.known(command), new_id=new_id)):
                awaiting[command.order_id] = waits
                continue
            if numbers is not None and _takes_any(command, before, outcome):
                numbers[command.store_id] -= 1
            state.apply(command, outcome)
        state.kept.discard(command.order_id)
        decided.append(Decided(command=command, before=before, outcome=outcome))
    return Folded(decided=decided, awaiting=list(awaiting.values()), made=made, asked=state.asked)


_POOL_EMPTY = Rejection(
    code=Code.INVOICE_POOL_EMPTY,
    detail="No invoice number is left, and this shop neither sells nor refunds without one.",
)


def needed(decided: Iterable[Decided]) -> Counter[int]:
    """Store id -> how many numbers its sales and credit notes need, whose receipts bear none."""
    return Counter(one.command.store_id for one in decided if _takes_any(one.command, one.before, one.outcome))


def printed(decided: Iterable[Decided]) -> dict[UUID, tuple[int, str]]:
    """Command id -> the store, and the number in it that the receipt of a sale or credit note bears already."""
    return {
        one.command.id: (one.command.store_id, number)
        for one in decided
        if (number := _printed_number(one.command)) and _takes(one.before, one.outcome)
    }


def deal(decided: Iterable[Decided], numbers: Mapping[int, Sequence[str]]) -> dict[UUID, str]:
    """Command id -> number, in the order of the commands, as far as the numbers go."""
    left = {store_id: iter(of_store) for store_id, of_store in numbers.items()}
    dealt = {}
    for one in decided:
        if _takes_any(one.command, one.before, one.outcome):
            number = next(left.get(one.command.store_id, iter(())), None)
            if number is not None:
                dealt[one.command.id] = number
    return dealt


def deal_anew(stores: Mapping[UUID, int], numbers: Mapping[int, Sequence[str]]) -> dict[UUID, str]:
    """Command id -> number, as far as the numbers go. `stores`: command id -> its store."""
    left = {store_id: iter(of_store) for store_id, of_store in numbers.items()}
    dealt = ((id_, next(left.get(store_id, iter(())), None)) for id_, store_id in stores.items())
    return {id_: number for id_, number in dealt if number is not None}


def _takes(before: Order | None, outcome: Applied | Rejection) -> bool:
    """Whether it takes a number now: a credit note waits while the number of its sale follows."""
    return isinstance(outcome, Applied) and outcome.takes_number and not (before and before.invoice_pending)


def _takes_any(command: Command, before: Order | None, outcome: Applied | Rejection) -> bool:
    """Whether any number will do for what takes one now."""
    return not _printed_number(command) and _takes(before, outcome)


def _printed_number(command: Command) -> str | None:
    match command.payload:
        case Pay() | Cancel() | Return() as payload:
            return payload.printed_number
    return None

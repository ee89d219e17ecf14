"""Who may do what: the one place that says so."""

from enum import StrEnum

from orders.commands.core.machine import Kind, PaymentStatus, Status


class Role(StrEnum):
    POS = "pos"
    SUPERVISOR = "supervisor"
    BACKOFFICE = "backoffice"
    AUDITOR = "auditor"


class Action(StrEnum):
    """What a call needs; a user of the admin needs the permission of that name. `sell`: orders, their lines, and the
    commands of a till; `discount`: to give away more than a till may; `exempt`: to leave tax away; `read_drawers`:
    those of other terminals."""

    READ = "read"
    SELL = "sell"
    SUPERVISE = "supervise"
    DISCOUNT = "discount"
    EXEMPT = "exempt"
    MOVE_STOCK = "move_stock"
    EDIT_CATALOGUE = "edit_catalogue"
    READ_INVOICE_POOL = "read_invoice_pool"
    READ_REPORTS = "read_reports"
    REPAIR = "repair"
    READ_REPAIRS = "read_repairs"
    READ_TERMINALS = "read_terminals"
    READ_DRAWERS = "read_drawers"
    EDIT_TERMINALS = "edit_terminals"


# The first role named is the least one that will do: a refusal names it.
_ROLES: dict[Action, tuple[Role, ...]] = {
    Action.READ: (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE, Role.AUDITOR),
    Action.SELL: (Role.POS, Role.SUPERVISOR, Role.BACKOFFICE),
    Action.SUPERVISE: (Role.SUPERVISOR, Role.BACKOFFICE),
    Action.DISCOUNT: (Role.SUPERVISOR, Role.BACKOFFICE),
    Action.EXEMPT: (Role.SUPERVISOR, Role.BACKOFFICE),
    Action.MOVE_STOCK: (Role.BACKOFFICE,),
    Action.EDIT_CATALOGUE: (Role.BACKOFFICE,),
    Action.READ_INVOICE_POOL: (Role.BACKOFFICE, Role.AUDITOR),
    Action.READ_REPORTS: (Role.BACKOFFICE, Role.AUDITOR),
    Action.REPAIR: (Role.BACKOFFICE,),
    Action.READ_REPAIRS: (Role.BACKOFFICE, Role.AUDITOR),
    Action.READ_TERMINALS: (Role.BACKOFFICE, Role.AUDITOR),
    Action.READ_DRAWERS: (Role.SUPERVISOR, Role.BACKOFFICE, Role.AUDITOR),
    Action.EDIT_TERMINALS: (Role.BACKOFFICE,),
}

_ACTIONS: dict[Kind, Action] = {
    Kind.PAY: Action.SELL,
    Kind.RESERVE: Action.SELL,
    Kind.RELEASE: Action.SELL,
    Kind.CANCEL: Action.SELL,
    Kind.FULFILL: Action.SUPERVISE,
    Kind.DELIVER: Action.SUPERVISE,
    Kind.RETURN: Action.SUPERVISE,
    Kind.EXTEND: Action.SELL,
    Kind.RECEIVE: Action.MOVE_STOCK,
    Kind.ADJUST: Action.MOVE_STOCK,
    Kind.COUNT: Action.MOVE_STOCK,
    Kind.WRITE_OFF: Action.MOVE_STOCK,
    Kind.TRANSFER: Action.MOVE_STOCK,
    Kind.IMPORT: Action.MOVE_STOCK,
    Kind.HOLD: Action.MOVE_STOCK,
    Kind.RELEASE_HOLD: Action.MOVE_STOCK,
    Kind.COMMIT_HOLD: Action.MOVE_STOCK,
    Kind.DRAWER_OPEN: Action.SELL,
    Kind.DRAWER_MOVEMENT: Action.SELL,
    Kind.DRAWER_CLOSE: Action.SELL,
}


def may(role: Role, action: Action) -> bool:
    return role in _ROLES[action]


def least_role(action: Action) -> Role:
    return _ROLES[action][0]


def roles_for(action: Action) -> tuple[Role, ...]:
    return _ROLES[action]


def action_of(kind: Kind) -> Action:
    """What a command of this kind needs at least; a cancel may need more, see `cancel_needs`."""
    return _ACTIONS[kind]


def cancel_needs(*, status: Status, payment_status: PaymentStatus, own: bool) -> Action:
    """A till cancels drafts and its own unpaid holds. What is cancelled already is refused as such, not by role."""
    own_hold = own and status is Status.PROCESSING and payment_status is PaymentStatus.UNPAID
    if own_hold or status in (Status.DRAFT, Status.CANCELLED):
        return Action.SELL
    return Action.SUPERVISE

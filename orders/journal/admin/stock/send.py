"""A form's command is submitted as a terminal's is, in its user's name.

The form carries its key, so a second click, or a browser that sends it again, submits nothing more: it is answered with
the same command. A user has no terminal. The key's scope is that of tasks, so the key names the user, and the store.
"""

from typing import Any
from uuid import UUID

from base.http.fields import Body
from orders.commands.core.caller import Sender
from orders.commands.core.machine import Kind
from orders.commands.core.roles import action_of
from orders.journal import submit as journal
from orders.journal.api.checks import check_references
from orders.journal.api.submit import refuse_reused, submission_of
from orders.journal.db.reads.commands import known_by_key

WAIT_S = 2
NAME_LENGTH_MAX = 100
"""Of a sender in the journal; Django's users may have longer names."""


def may_send(user: Any, kind: Kind) -> bool:
    """What the kind needs of a terminal's role, it needs of a user as the permission of that name."""
    return bool(user.has_perm(f"orders.{action_of(kind)}"))


def send(user: Any, store_id: int, kind: Kind, body: Body, *, key: UUID) -> UUID:
    """The command's id, once it is settled or `WAIT_S` seconds are over. Raises Problem where it names what the store
    does not have, or the key was used for something else."""
    sender = Sender(terminal_id=None, store_id=store_id, name=user.get_username()[:NAME_LENGTH_MAX])
    submission = submission_of(kind, None, body, key=f"user:{user.pk}:{store_id}:{key}")
    known = known_by_key(sender, [submission.key]).get(submission.key)
    if known is None:
        check_references(store_id, body)
        submitted = journal.submit(sender, journal.Asked([submission]), wait_s=WAIT_S)
        if submission.id in submitted.accepted:
            return submission.id
        known = submitted.lost[submission.key]
    refuse_reused(submission, known)
    return known.id

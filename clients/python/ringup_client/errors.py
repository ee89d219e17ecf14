"""What can go wrong, each by a name of its own. All of them are `RingupError`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ringup_client.outcome import Command, Problem


class RingupError(Exception):
    """Anything that this package raises."""


class Rejected(RingupError):
    """A business answer, which is final: `command.outcome` has its code, its words and of which goods it speaks."""

    def __init__(self, command: "Command") -> None:
        super().__init__(f"{command.outcome.code}: {command.detail}" if command.outcome else command.detail)
        self.command = command


class Dismissed(RingupError):
    """An operator gave the command up, for the reason in its outcome. It will never happen."""

    def __init__(self, command: "Command") -> None:
        super().__init__(command.detail or "An operator gave it up.")
        self.command = command


class Unsettled(RingupError):
    """There is no answer yet: `command.state` says how far it is known. It is still in the file."""

    def __init__(self, command: "Command") -> None:
        super().__init__(f"{command.state}: {command.detail}")
        self.command = command


class Refused(RingupError):
    """What was asked is not stored, for what is wrong with it: `problem` says what, where and in which words."""

    def __init__(self, problem: "Problem", *, command: "Command | None" = None) -> None:
        super().__init__(_said(problem))
        self.problem = problem
        self.command = command


class CallRefused(RingupError):
    """The call was refused before anybody looked at what it brought, as where the server is not called so. That is no
    refusal of what was to be sent: it stays in the file, and is sent later. `reached`: a try before may have
    arrived."""

    def __init__(self, problem: "Problem", *, reached: bool) -> None:
        super().__init__(_said(problem))
        self.problem = problem
        self.reached = reached


class KeyRefused(CallRefused):
    """The terminal's key is unknown, has ended or was revoked."""


class Unreachable(RingupError):
    """No answer within the patience. `reached`: one of the tries may have arrived."""

    def __init__(self, words: str, *, reached: bool) -> None:
        super().__init__(words)
        self.reached = reached


class KeyReused(RingupError):
    """The file has a command with this key already, and it is another one."""


class OtherTerminal(RingupError):
    """The key belongs to another terminal than the one whose commands are in the file and not settled yet. Sent by
    another terminal they would be other commands, and happen twice."""


class BadFile(RingupError):
    """The file is not one of ours, or was written by a newer release."""


def _said(problem: "Problem") -> str:
    return " ".join([f"{problem.code}: {problem.detail}", *(place.detail for place in problem.errors[:3])])

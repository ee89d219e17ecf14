"""What became of asking a payment provider to set money aside."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class AuthorizationState(StrEnum):
    REQUESTED = "requested"
    AUTHORIZED = "authorized"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorization:
    """What a provider was asked for an online tender, and what it said. `position`: the tender's in its pay, from 0;
    `detail`: why it declined."""

    id: UUID
    position: int
    state: AuthorizationState
    amount_minor: int
    detail: str

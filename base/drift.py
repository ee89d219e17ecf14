"""A broken conservation law."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Drift:
    """`law`: the law's name; `subject`: the row that breaks it; `command_id`: the first command after which it did."""

    law: str
    subject: str
    detail: str
    command_id: str | None

    def as_json(self) -> dict[str, str | None]:
        return asdict(self)

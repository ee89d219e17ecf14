"""What a terminal is told about itself."""

from typing import Annotated

from pydantic import BaseModel, Field

from orders.commands.core.roles import Role


class TerminalOut(BaseModel):
    id: Annotated[int, Field(examples=[3])]
    name: Annotated[str, Field(examples=["till-3"])]
    role: Role
    store: str
    store_name: str
    currency: str

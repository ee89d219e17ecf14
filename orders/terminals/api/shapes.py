"""What a terminal is called, and is told about itself."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from base.http.fields import Number
from base.http.shown import CurrencyOut, StoreOut
from orders.commands.core.roles import Role

TerminalId: TypeAlias = Annotated[Number, Field(examples=[3])]


class TerminalOut(BaseModel):
    id: Annotated[int, Field(examples=[3])]
    name: Annotated[str, Field(examples=["till-3"])]
    role: Role
    store: StoreOut
    store_name: Annotated[str, Field(examples=["Demo Store"])]
    currency: CurrencyOut

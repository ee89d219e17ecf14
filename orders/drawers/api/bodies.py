"""What a drawer's commands are submitted with."""

from typing import Annotated

from pydantic import Field, field_validator

from base.http.fields import AMOUNT_MINOR_MAX, BIGINT_MAX, WHOLE, AmountMinor, Body, Why
from orders.commands.core.tenders import Method

COUNTED_MAX = len(Method)

Whose = Annotated[
    Annotated[int, Field(strict=True, ge=1, le=BIGINT_MAX, examples=[3]), WHOLE] | None,
    Field(description="The id of the terminal, for supervisors and back office. Default: whoever sends it."),
]


class OfDrawerIn(Body):
    terminal: Whose = None


class DrawerOpenIn(OfDrawerIn):
    float_minor: Annotated[AmountMinor, Field(description="What lies in it.", examples=[10000])]


class DrawerMovementIn(OfDrawerIn):
    amount_minor: Annotated[
        int,
        Field(
            strict=True,
            ge=-AMOUNT_MINOR_MAX,
            le=AMOUNT_MINOR_MAX,
            description="Cash that is put in; negative where it is taken out.",
            examples=[-5000],
        ),
        WHOLE,
    ]
    reason: Annotated[Why, Field(examples=["brought to the bank"])]


class CountedIn(Body):
    method: Method
    amount_minor: Annotated[AmountMinor, Field(examples=[12350])]


class DrawerCloseIn(OfDrawerIn):
    counted: Annotated[
        list[CountedIn],
        Field(
            min_length=1,
            max_length=COUNTED_MAX,
            description="Each method once, cash among them.",
            examples=[[{"method": "cash", "amount_minor": 12350}]],
        ),
    ]

    @field_validator("counted")
    @classmethod
    def tells_cash_and_each_once(cls, counted: list[CountedIn]) -> list[CountedIn]:
        methods = [one.method for one in counted]
        if Method.CASH not in methods:
            raise ValueError("the cash has to be counted")
        if len(set(methods)) < len(methods):
            raise ValueError("a method comes twice")
        return counted

"""People whom orders and commands name: who buys, and who stands at the till."""

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from base.codes import plain
from base.http.fields import NO_NUL, PLAIN, Body

EMAIL = r"^[^@\s\x00]+@[^@\s\x00]+$"


def _lines_of_plain_text(given: Any) -> Any:
    """An address may have lines; nothing else that cannot be seen."""
    if not isinstance(given, str):
        return given
    return "\n".join(plain(line) for line in given.replace("\r\n", "\n").split("\n"))


def _null_if_empty(text: str | None) -> str | None:
    return text or None


EMPTY_IS_NULL = AfterValidator(_null_if_empty)
PersonName: TypeAlias = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL), PLAIN]
Optional: TypeAlias = Annotated[str, Field(max_length=200, pattern=NO_NUL), PLAIN]
Address: TypeAlias = Annotated[str, Field(max_length=500, pattern=NO_NUL), BeforeValidator(_lines_of_plain_text)]
Email: TypeAlias = Annotated[str, Field(max_length=200, pattern=f"^$|{EMAIL}"), PLAIN]


class CustomerIn(Body):
    name: Annotated[PersonName, Field(examples=["Erika Mustermann"])]
    tax_id: Annotated[Optional | None, Field(examples=["DE136695976"]), EMPTY_IS_NULL] = None
    address: Annotated[Address | None, Field(examples=["Heidestr. 17\n51147 Köln"]), EMPTY_IS_NULL] = None
    email: Annotated[Email | None, Field(examples=["erika@example.com"]), EMPTY_IS_NULL] = None


CustomerOrNull: TypeAlias = Annotated[
    CustomerIn | None, Field(examples=[{"name": "Erika Mustermann", "address": "Heidestr. 17\n51147 Köln"}])
]


class ByCashier(Body):
    """What somebody asks for at a till."""

    cashier: Annotated[
        Optional | None, Field(description="Who stands at the till.", examples=["Robin"]), EMPTY_IS_NULL
    ] = None


class CustomerOut(BaseModel):
    name: Annotated[str, Field(examples=["Erika Mustermann"])]
    tax_id: str | None
    address: str | None
    email: str | None

"""Types of what answers tell, each with its example: a word has one meaning everywhere, so it is shown by one value."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import Field

from base.http.fields import Id

OrderId: TypeAlias = Annotated[Id, Field(examples=["01a1fe16-acae-721c-a53e-11d390f4e92e"])]
LineId: TypeAlias = Annotated[Id, Field(examples=["01a1fe16-acae-721c-a53e-11e4c5d1f0aa"])]
CommandId: TypeAlias = Annotated[Id, Field(examples=["01a1fe16-b04f-7368-875e-8b5f8e661d65"])]
OrderNumberOut: TypeAlias = Annotated[int, Field(examples=[100417])]
InvoiceOut: TypeAlias = Annotated[str, Field(examples=["INV-demo-2026-000417"])]
MomentOut: TypeAlias = Annotated[datetime, Field(examples=["2026-11-21T10:30:00.140Z"])]
MoneyOut: TypeAlias = Annotated[int, Field(examples=[998])]
PriceOut: TypeAlias = Annotated[int, Field(examples=[499])]
UnitsOut: TypeAlias = Annotated[int, Field(examples=[2])]
SkuOut: TypeAlias = Annotated[str, Field(examples=["TEA-EARL-GREY"])]
NameOut: TypeAlias = Annotated[str, Field(examples=["Earl Grey, 100 g"])]
GtinOut: TypeAlias = Annotated[str, Field(examples=["5012345678900"])]
PlaceOut: TypeAlias = Annotated[str, Field(examples=["shop"])]
CurrencyOut: TypeAlias = Annotated[str, Field(examples=["GBP"])]
TillOut: TypeAlias = Annotated[str, Field(examples=["till-3"])]
StoreOut: TypeAlias = Annotated[str, Field(examples=["demo"])]
ReasonOut: TypeAlias = Annotated[str, Field(examples=["two jars were broken"])]
ReferenceOut: TypeAlias = Annotated[str, Field(examples=["WEB-7031"])]
SentKey: TypeAlias = Annotated[str, Field(examples=["till-3-000417"])]

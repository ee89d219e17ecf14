"""Lists in bodies: so many rows and no more, and no longer looked at than there are errors to tell of."""

from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError

from base.http.problems import ERRORS_MAX

LINES_MAX = 5_000
"""Of an order, and of any command that names lines or items one by one."""
IMPORT_ROWS_MAX = 50_000
_PART = 100

Row = TypeVar("Row")


def _in_parts(rows_max: int) -> WrapValidator:
    def validated(given: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        if not isinstance(given, list) or len(given) <= _PART:
            return validate(given)
        if len(given) > rows_max:
            context = {"field_type": "List", "max_length": rows_max, "actual_length": len(given)}
            raise PydanticKnownError("too_long", context)
        return _each_part(given, validate)

    return WrapValidator(validated)


def _each_part(given: list[Any], validate: ValidatorFunctionWrapHandler) -> list[Any]:
    rows: list[Any] = []
    errors: list[InitErrorDetails] = []
    for start in range(0, len(given), _PART):
        try:
            rows += validate(given[start : start + _PART])
        except ValidationError as error:
            errors += (_moved(one, start) for one in error.errors(include_url=False, include_input=False))
            if len(errors) > ERRORS_MAX:
                break
    if errors:
        raise ValidationError.from_exception_data("rows", errors)
    return rows


def _moved(error: Any, start: int) -> InitErrorDetails:
    """An error of a part as one of the whole list."""
    index, *place = error["loc"]
    kind = PydanticCustomError(error["type"], error["msg"], error.get("ctx"))
    return InitErrorDetails(type=kind, loc=(index + start, *place), input=None)


Lines: TypeAlias = Annotated[list[Row], Field(max_length=LINES_MAX), _in_parts(LINES_MAX)]
Rows: TypeAlias = Annotated[list[Row], Field(min_length=1, max_length=LINES_MAX), _in_parts(LINES_MAX)]
ImportRows: TypeAlias = Annotated[
    list[Row], Field(min_length=1, max_length=IMPORT_ROWS_MAX), _in_parts(IMPORT_ROWS_MAX)
]

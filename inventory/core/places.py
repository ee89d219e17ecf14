"""What becomes of a location when somebody names some of its fields."""

from typing import NamedTuple, TypedDict

from inventory.core.products import Refused


class Place(NamedTuple):
    """`priority`: picked from in ascending order."""

    code: str
    name: str
    priority: int = 0


class PlaceFields(TypedDict, total=False):
    """What is to change of a location."""

    name: str
    priority: int | None


def edited_place(code: str, named: PlaceFields, before: Place | None) -> Place | Refused:
    """What is absent stays, or is the default of a new one; a priority of null is the default too."""
    if before is None and "name" not in named:
        return Refused(code="validation_failed", field="name", detail="A new location needs a name.")
    known = before or Place(code, named["name"])
    priority = named.get("priority", known.priority)
    return Place(code, named.get("name", known.name), 0 if priority is None else priority)

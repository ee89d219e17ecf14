"""Time zones by their names in the IANA database."""

from zoneinfo import available_timezones

# Files beside the others: the machine's own zone, and that of a machine which nobody has told one.
_NO_PLACES = {"localtime", "Factory"}


def is_zone(name: str) -> bool:
    return name in available_timezones() and name not in _NO_PLACES

"""What the OpenAPI document says about calls that submit a command, besides their bodies."""

from typing import Any

from orders.journal.api.submit import KEY_LENGTH_MAX, WAIT_S_MAX

# Other characters are taken too, but not every client and proxy agrees on how they travel in a header.
KEY_SCHEMA: dict[str, Any] = {
    "type": "string",
    "pattern": "^[!-~]([ -~]*[!-~])?$",
    "maxLength": KEY_LENGTH_MAX,
    "examples": ["till-3-000417"],
}
# Bare, or in quotes: a comma between two keys may stand for two headers.
_HEADER_SCHEMA: dict[str, Any] = {
    **KEY_SCHEMA,
    "pattern": r'^([!#-+\--~]([ -+\--~]*[!-+\--~])?|"([ !#-\[\]-~]|\\["\\])+")$',
}
KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One value for each command; sent again with the same body, it gives the same command. Bare, or in "
    "quotes where it holds a comma or begins with a quote.",
    "schema": _HEADER_SCHEMA,
    "example": "till-3-000417",
}
SEQUENCE_PARAMETER: dict[str, Any] = {
    "name": "Command-Sequence",
    "in": "header",
    "required": False,
    "description": "The terminal's own count of its commands, from 1; see its gaps. No part of what the command is.",
    "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,18}$"},
    "example": "418",
}
WAIT_PARAMETER: dict[str, Any] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": f"`wait=N`: answer once the command is settled, at most N (up to {WAIT_S_MAX}) seconds from now.",
    "schema": {"type": "string"},
    "example": "wait=5",
}


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


_LOCATION = {"Location": _header("Where the command can be read.")}
_REPLAYED = {"Idempotency-Replayed": _header("`true` where the key was used before.")}
_APPLIED = {"Preference-Applied": _header("`wait=N` where the call waited.")}
_RETRY_AFTER = {"Retry-After": _header("Seconds after which to look again.")}

SUBMITS: dict[str, Any] = {
    "parameters": [KEY_PARAMETER, SEQUENCE_PARAMETER, WAIT_PARAMETER],
    "responses": {
        200: {"headers": {**_LOCATION, **_REPLAYED, **_APPLIED}},
        202: {"headers": {**_LOCATION, **_REPLAYED, **_APPLIED, **_RETRY_AFTER}},
    },
}
WAITS: dict[str, Any] = {
    "parameters": [WAIT_PARAMETER],
    "responses": {200: {"headers": _APPLIED}},
}

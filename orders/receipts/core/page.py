"""A receipt as a browser gets it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """`policy`: what a browser may do with it, which is to apply its one style."""

    content: str
    policy: str

"""Who may do what: the one place that says so."""

from enum import StrEnum


class Role(StrEnum):
    POS = "pos"
    SUPERVISOR = "supervisor"
    BACKOFFICE = "backoffice"
    AUDITOR = "auditor"

"""Who may do what: the one place that says so."""

from enum import StrEnum

from orders.core.machine import Kind


class Role(StrEnum):
    POS = "pos"
    SUPERVISOR = "supervisor"
    BACKOFFICE = "backoffice"
    AUDITOR = "auditor"

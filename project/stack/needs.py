"""Who needs which key: of the settings that open a door a process is told those that it uses, and no other."""

from collections.abc import Mapping

NEEDS: Mapping[str, frozenset[str]] = {
    "web": frozenset({"DATABASE_URL", "BROKER_URL", "SECRET_KEY"}),
    "worker": frozenset({"DATABASE_URL", "BROKER_URL"}),
    "worker-io": frozenset({"DATABASE_URL", "BROKER_URL", "ACCOUNTING_URL", "ACCOUNTING_ADAPTER", "STRIPE_API_KEY"}),
    "beat": frozenset({"DATABASE_URL", "BROKER_URL"}),
    "flower": frozenset({"BROKER_URL", "FLOWER_BASIC_AUTH"}),
    "accounting": frozenset(),
}
"""Process of the Procfile -> what it cannot do without. The adapter goes with the address that it has to understand."""

KEYS = frozenset[str]().union(*NEEDS.values())


def told(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: what is no key goes to all, a shop's own functions may read it."""
    kept_from_it = KEYS - NEEDS[name]
    return {variable: value for variable, value in environ.items() if variable not in kept_from_it}

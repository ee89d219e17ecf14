"""Who needs which key: of the settings that open a door a process is told those that it uses, and no other."""

from collections.abc import Mapping
from pathlib import Path

NEEDS: Mapping[str, frozenset[str]] = {
    "web": frozenset({"DATABASE_URL", "DATABASE_READ_URL", "BROKER_URL", "SECRET_KEY"}),
    "worker": frozenset({"DATABASE_URL", "BROKER_URL"}),
    "worker-io": frozenset({"DATABASE_URL", "BROKER_URL", "ACCOUNTING_URL", "ACCOUNTING_ADAPTER", "STRIPE_API_KEY"}),
    "beat": frozenset({"DATABASE_URL", "BROKER_URL"}),
    "flower": frozenset({"BROKER_URL", "FLOWER_BASIC_AUTH"}),
    "accounting": frozenset(),
}
"""Process of the Procfile -> what it cannot do without. The adapter goes with the address that it has to understand."""

OWNERS = frozenset({"OWNER_DATABASE_URL"})
"""Who migrates needs it, and no process does."""

KEYS = OWNERS.union(*NEEDS.values())

COUNTING = frozenset({"web", "worker", "worker-io", "beat"})
"""Whose counters `/metrics` tells; Flower has figures of its own."""
_COUNTERS = "PROMETHEUS_MULTIPROC_DIR"


def told(name: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: what is no key goes to all, a shop's own functions may read it. Those that count
    do it in one place."""
    kept_from_it = KEYS - NEEDS[name] | {_COUNTERS}
    counts = {_COUNTERS: str(counters_of(Path(environ["RINGUP_HOME"])))} if name in COUNTING else {}
    return {variable: value for variable, value in environ.items() if variable not in kept_from_it} | counts


def counters_of(home: Path) -> Path:
    """Where the processes of one home count."""
    return home / "metrics"

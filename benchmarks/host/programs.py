"""Whose processor time is told together, by column."""

from benchmarks.results.measured import CLIENTS

PROGRAMS = {
    "clients": [CLIENTS],
    "web": ["web", "baseline-web"],
    "worker": ["worker", "baseline-worker"],
    "postgres": ["postgres"],
    "broker": ["valkey"],
    "flower": ["flower"],
    "upkeep": ["worker-io", "beat", "accounting"],
}
"""Column -> its programs; servers of one's own cannot be looked into."""

"""What a monitor is told of settling: counted by the process that settled it, after its commit.

Nothing is written for it to the database, where every batch would wait for the same row, and counting what has been
settled would take longer the more that is. Who dies between its commit and its count leaves the batch uncounted.
"""

from prometheus_client import Counter, Histogram

settled = Counter("ringup_commands_settled", "Commands that have their outcome.", ["kind", "outcome"])
refused = Counter("ringup_commands_refused", "Commands that were refused, by why.", ["code"])
settling = Histogram(
    "ringup_settling_seconds",
    "How long a command takes from when it is stored until its outcome is committed.",
    ["kind"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)

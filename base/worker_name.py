"""What a worker is called where people read of it."""

import socket
from functools import cache

HOST_LENGTH_MAX = 24
"""A host's name is cut short: every command keeps it."""


@cache
def worker_name(pid: int) -> str:
    """`host/number` of a process of this host."""
    return f"{socket.gethostname().partition('.')[0][:HOST_LENGTH_MAX]}/{pid}"

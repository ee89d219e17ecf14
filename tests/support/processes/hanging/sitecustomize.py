"""Beat hangs when a test asks for it: in a loop without end at USR1, in a socket that says nothing at USR2.

Python imports this before the program where its folder stands in PYTHONPATH.
"""

import signal
import socket
import sys
from typing import Any


def loop(*_: Any) -> None:
    while True:
        pass


def listen(*_: Any) -> None:
    here, _there = socket.socketpair()
    here.recv(1)


if "beat" in sys.orig_argv:
    signal.signal(signal.SIGUSR1, loop)
    signal.signal(signal.SIGUSR2, listen)

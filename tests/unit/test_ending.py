"""How a program that started others is interrupted."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, threading
from project.ending import term_as_interrupt

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

term_as_interrupt()
try:
    Finalized()
    threading.Event().wait(20)
    print("went on")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_that_falls_into_a_finalizer_is_not_lost(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(name=name)], capture_output=True, text=True, timeout=60, check=True
    )
    assert (said.stdout, said.stderr) == ("interrupted\n", "")

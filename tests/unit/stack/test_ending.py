"""How a program that started others is interrupted."""

import subprocess
import sys

import pytest

from project.stack.ending import Interruptible

PROGRAM = """
import os, signal, threading
from project.stack.ending import term_as_interrupt

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


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupt_that_falls_into_a_finalizer_is_not_lost(name: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(name=name)], capture_output=True, text=True, timeout=60, check=True
    )
    assert (said.stdout, said.stderr) == ("interrupted\n", "")


OTHERWISE = """
import os, signal
from project.stack.ending import Interruptible, term_as_interrupt

term_as_interrupt()
with Interruptible() as run:
    try:
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            pass
    except KeyboardInterrupt:
        raise ImportError("made of it by a library")
print("interrupted" if run.is_interrupted else "not")
"""


def test_an_interrupt_that_comes_out_as_another_error_is_one_still() -> None:
    said = subprocess.run([sys.executable, "-c", OTHERWISE], capture_output=True, text=True, timeout=60, check=True)
    assert (said.stdout, said.stderr) == ("interrupted\n", "")


def test_an_error_without_an_interrupt_is_an_error() -> None:
    with pytest.raises(ImportError), Interruptible() as run:
        raise ImportError("missing")
    assert not run.is_interrupted


OUTLIVING = """
import os, signal
from project.stack.ending import term_as_interrupt

term_as_interrupt()
os.kill(os.getpid(), signal.SIGHUP)
print("went on")
"""


def test_a_program_that_shall_outlive_its_terminal_does() -> None:
    nohup = ["nohup", sys.executable, "-c", OUTLIVING]
    said = subprocess.run(nohup, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    assert said.stdout == "went on\n"

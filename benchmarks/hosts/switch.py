"""`python -m benchmarks.hosts.switch MS NAMESPACE...`: a switch whose ports are the cards of these network namespaces.

Each frame takes so many milliseconds, which is what `tc netem delay` does where the kernel has it. A line on standard
output says that all cards are there. Lines on standard input are `cut NAMESPACE` and `heal NAMESPACE`: nothing goes to
it or comes from it, and nobody is told, as where a cable is pulled out behind the next switch. Its end is the switch's.
"""

import ctypes
import fcntl
import os
import select
import struct
import sys
import time
from collections import deque
from pathlib import Path

CARD = "eth0"
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
FRAME_BYTES_MAX = 1 << 16
FRAMES_AT_ONCE = 64
PR_SET_TIMERSLACK = 29
CLONE_NEWNET = 0x40000000
TO_ALL = 1
"""The lowest bit of an address that many listen to (IEEE 802)."""

libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace: str) -> None:
    """This thread, and those that it starts from then on."""
    with Path("/run/netns", namespace).open() as file:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")


def card() -> int:
    """In the namespace of this thread."""
    card = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(card, TUNSETIFF, struct.pack("16sH", CARD.encode(), IFF_TAP | IFF_NO_PI))
    return card


class Switch:
    def __init__(self, cards: dict[str, int], delay_s: float) -> None:
        self._cards = cards
        self._delay_s = delay_s
        self._cut: set[int] = set()
        self._known: dict[bytes, int] = {}
        self._due: deque[tuple[float, int, bytes]] = deque()

    def run(self, told: int) -> None:
        cards = [*self._cards.values()]
        while True:
            wait_s = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            ready, _, _ = select.select([told, *cards], [], [], wait_s)
            for one in ready:
                if one != told:
                    self._take(one)
                    continue
                if not (lines := os.read(told, 1_000)):
                    return
                for line in lines.decode().splitlines():
                    self._obey(*line.split())
            self._pass_on()

    def _obey(self, what: str, name: str) -> None:
        (self._cut.add if what == "cut" else self._cut.discard)(self._cards[name])

    def _take(self, card: int) -> None:
        for _ in range(FRAMES_AT_ONCE):
            try:
                frame = os.read(card, FRAME_BYTES_MAX)
            except BlockingIOError:
                return
            if card in self._cut:
                continue
            to, whose = frame[:6], frame[6:12]
            self._known[whose] = card
            known = None if to[0] & TO_ALL else self._known.get(to)
            others = [one for one in self._cards.values() if one != card] if known is None else [known]
            at = time.monotonic() + self._delay_s
            self._due.extend((at, one, frame) for one in others)

    def _pass_on(self) -> None:
        now = time.monotonic()
        while self._due and self._due[0][0] <= now:
            _, card, frame = self._due.popleft()
            if card not in self._cut:
                try:
                    os.write(card, frame)
                except OSError:
                    continue  # its card is full or not up yet: frames may be lost


def main(milliseconds: str, *names: str) -> None:
    libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    cards = {}
    for name in names:
        enter(name)
        cards[name] = card()
    print("ready", flush=True)
    Switch(cards, float(milliseconds) / 1_000).run(sys.stdin.fileno())


if __name__ == "__main__":
    main(*sys.argv[1:])

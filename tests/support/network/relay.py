"""An address of a test's own, by which connections reach a server; they are cut when it is told to."""

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress

BLOCK_BYTES = 65_536


class Relay(ABC):
    """`port`: of this machine, where it listens as soon as it is made."""

    def __init__(self) -> None:
        self._links: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @abstractmethod
    def reach(self) -> tuple[str, int]:
        """Where one who comes is led now. Raises OSError: he is turned away."""

    @abstractmethod
    def between(self, client: socket.socket, server: socket.socket) -> Iterable[Callable[[], None]]:
        """What is done as long as they are connected, each in a thread."""

    def cut(self) -> None:
        """Who is connected has to connect anew."""
        links, self._links = self._links, []
        for link in links:
            shut(link)
            link.close()

    def close(self) -> None:
        self._listening.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                try:
                    server = socket.create_connection(self.reach())
                except OSError:
                    client.close()
                    continue
                self._links += [client, server]
                for work in self.between(client, server):
                    threading.Thread(target=work, daemon=True).start()


def shut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)

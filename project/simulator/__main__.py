"""Run the simulator: `python -m project.simulator [--port N] [--storage FOLDER]`."""

import argparse
import threading
from pathlib import Path

from project import env as environment
from project.simulator.books import Books
from project.simulator.server import Server
from project.stack.asked import on_first_signal


def main() -> None:
    env = environment.current()
    parser = argparse.ArgumentParser(prog="python -m project.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=env.accounting_port, help="0: any free port")
    parser.add_argument("--storage", type=Path, default=env.ringup_home / "accounting", help="folder of the books")
    options = parser.parse_args()
    options.storage.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        server = Server(
            address=env.accounting_address, port=options.port, books=Books(options.storage / "books.sqlite3")
        )
    except (OSError, OverflowError) as error:
        environment.stop(f"the accounting simulator cannot listen on port {options.port}: {error}")
    on_first_signal(threading.Thread(target=server.stop).start)
    print(f"accounting simulator: {server.url}", flush=True)
    server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()

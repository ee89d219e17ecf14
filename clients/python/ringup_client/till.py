"""A till that waits for its answers, one after the other. Threads may share it."""

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from os import PathLike
from typing import Any, Literal, Self, TypeVar, overload
from uuid import UUID

import httpx

from ringup_client.core import Core, TextForm
from ringup_client.feed import Page
from ringup_client.http import TOO_LONG, answered, arguments, failed
from ringup_client.outcome import Command
from ringup_client.values import Asked, Order
from ringup_client.wire import Answer, Object, Pause, Request, Steps, Trouble, Work

T = TypeVar("T")


class Till:
    """`file`: where its commands are kept, one for each terminal. `key`: the terminal's; None: the one in the file.
    `patience_s`: how long each call tries and waits that is given no patience of its own. `timeout_s`: how long one
    answer may take. `client`: for TLS, proxies and such."""

    def __init__(
        self,
        base_url: str,
        *,
        file: str | PathLike[str],
        key: str | None = None,
        patience_s: float = 10.0,
        timeout_s: float = 10.0,
        client: httpx.Client | None = None,
    ) -> None:
        self._core = Core(file, key=key, now=time.monotonic, patience_s=patience_s, timeout_s=timeout_s)
        self._client = client or httpx.Client()
        self._client.base_url = httpx.URL(base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()
        self._core.outbox.close()

    def enrol(self, code: str, *, patience_s: float | None = None) -> Object:
        """Get the terminal's key for a code, and keep it in the file; the terminal's name, role and store."""
        return self._run(self._core.enrol(code, patience_s=patience_s))

    def rotate_key(self, *, patience_s: float | None = None) -> None:
        """Change the key for a new one, which is kept in the file."""
        self._run(self._core.rotate_key(patience_s=patience_s))

    def submit(self, asked: Asked, *, key: str | None = None, patience_s: float | None = None) -> Command:
        """Keep it, send it, and wait for its outcome. Whatever happens on the way, it stays in the file: what comes
        back says how far it is known, and the same key again is the same command."""
        return self._run(self._core.submit(asked, key=key, patience_s=patience_s))

    def keep(self, asked: Asked, *, key: str | None = None) -> Command:
        """Keep it, to be sent later."""
        return self._run(self._core.keep(asked, key=key))

    def settle(self, key: str, *, patience_s: float | None = None) -> Command:
        """Send it if it has no answer, and wait for its outcome."""
        return self._run(self._core.settle(key, patience_s=patience_s))

    def send(self, *, patience_s: float | None = None) -> list[Command]:
        """Send all that has no answer, many at once; what was answered now."""
        return self._run(self._core.send(patience_s=patience_s))

    def send_again(self, since: datetime, *, patience_s: float | None = None) -> list[Command]:
        """Send all since then once more, to a server that was restored: what it still has, it answers as it did."""
        return self._run(self._core.send_again(since, patience_s=patience_s))

    def repeat(self, key: str, *, patience_s: float | None = None) -> bool:
        """Send a command once more; whether the server knew it, as the same command."""
        return self._run(self._core.repeat(key, patience_s=patience_s))

    def ask(self, *, patience_s: float | None = None) -> list[Command]:
        """Ask what became of all that is not final, and send nothing."""
        return self._run(self._core.ask(patience_s=patience_s))

    def command(self, key: str) -> Command:
        """As the file knows it."""
        return self._run(self._core.command(key))

    def unsettled(self) -> list[Command]:
        """All that is not final, as the file knows it."""
        return self._run(self._core.unsettled())

    def prune(self, older_than: timedelta) -> int:
        """Have what has been final for so long, a day or more, leave the file; how many did. Whatever is unsent, has no
        answer, or is not settled stays, however old it is. `send_again` cannot send what has left."""
        return self._run(self._core.prune(older_than))

    def draft(self, order: Order, *, patience_s: float | None = None) -> Object:
        """Make an order that nothing is paid of yet. Its id makes it once, however often it is sent."""
        return self._run(self._core.draft(order, patience_s=patience_s))

    @overload
    def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = ...,
        form: TextForm = ...,
        patience_s: float | None = ...,
    ) -> str: ...
    @overload
    def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = ...,
        form: Literal["json"],
        patience_s: float | None = ...,
    ) -> Object: ...
    def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = None,
        form: str = "text",
        patience_s: float | None = None,
    ) -> str | Object:
        """As text, html or json. `command_id`: of a pay, its own part; of a cancel or return, its credit note."""
        return self._run(self._core.receipt(order_id, command_id=command_id, form=form, patience_s=patience_s))

    def get(self, path: str, *, patience_s: float | None = None, **query: Any) -> Object:
        """Whatever can be read, as in `get("/inventory/items", limit=50)`."""
        return self._run(self._core.call("GET", path, query=query, patience_s=patience_s))

    def csv(self, path: str, *, patience_s: float | None = None, **query: Any) -> str:
        """What the API document has as CSV."""
        return self._run(self._core.text(path, form="csv", query=query, patience_s=patience_s))

    def put(self, path: str, body: Mapping[str, Any], *, patience_s: float | None = None) -> Object:
        """Whatever is set as a whole: products, taxes, the store."""
        return self._run(self._core.call("PUT", path, body=dict(body), patience_s=patience_s))

    def follow(self, name: str, *, waits: bool = True, patience_s: float | None = None) -> Iterator[Page]:
        """Page by page what changes in the store. A page is worked off once the next one is asked for. `name`: whose
        place in the feed it is; `waits`: for news, without end, or only until nothing is new."""
        while True:
            deadline = self._core.deadline(patience_s)
            page = self._run(self._core.feed.page(name, waits=waits, deadline=deadline))
            if page.changes or page.is_anew:
                yield page
            self._run(self._core.feed.done(name, page))
            if not waits and not page.changes:
                return

    def _run(self, steps: Steps[T]) -> T:
        try:
            wanted = next(steps)
            while True:
                wanted = steps.send(self._do(wanted))
        except StopIteration as end:
            done: T = end.value
            return done

    def _do(self, wanted: Request | Pause | Work) -> Any:
        match wanted:
            case Request():
                return self._ask(wanted)
            case Pause(seconds):
                return time.sleep(seconds)
            case Work(act):
                return act()

    def _ask(self, request: Request) -> Answer | Trouble:
        """An answer that comes drop by drop is none."""
        ends_at = time.monotonic() + request.timeout_s
        content = bytearray()
        try:
            with self._client.stream(**arguments(request, self._core.key)) as response:
                for part in response.iter_bytes():
                    content += part
                    if time.monotonic() > ends_at:
                        return TOO_LONG
                return answered(response, bytes(content))
        except httpx.RequestError as error:
            return failed(error)

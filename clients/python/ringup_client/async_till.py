"""A till for asyncio: the same calls as in `till.py`, which says what they do. Tasks may share it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
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


class AsyncTill:
    """`client`: for TLS, proxies and such."""

    def __init__(
        self,
        base_url: str,
        *,
        file: str | PathLike[str],
        key: str | None = None,
        patience_s: float = 10.0,
        timeout_s: float = 10.0,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self._core = Core(file, key=key, now=time.monotonic, patience_s=patience_s, timeout_s=timeout_s)
        self._client = client or httpx.AsyncClient()
        self._client.base_url = httpx.URL(base_url)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()
        self._core.outbox.close()

    async def enrol(self, code: str, *, patience_s: float | None = None) -> Object:
        return await self._run(self._core.enrol(code, patience_s=patience_s))

    async def rotate_key(self, *, patience_s: float | None = None) -> None:
        await self._run(self._core.rotate_key(patience_s=patience_s))

    async def submit(self, asked: Asked, *, key: str | None = None, patience_s: float | None = None) -> Command:
        return await self._run(self._core.submit(asked, key=key, patience_s=patience_s))

    async def keep(self, asked: Asked, *, key: str | None = None) -> Command:
        return await self._run(self._core.keep(asked, key=key))

    async def settle(self, key: str, *, patience_s: float | None = None) -> Command:
        return await self._run(self._core.settle(key, patience_s=patience_s))

    async def send(self, *, patience_s: float | None = None) -> list[Command]:
        return await self._run(self._core.send(patience_s=patience_s))

    async def send_again(self, since: datetime, *, patience_s: float | None = None) -> list[Command]:
        return await self._run(self._core.send_again(since, patience_s=patience_s))

    async def repeat(self, key: str, *, patience_s: float | None = None) -> bool:
        return await self._run(self._core.repeat(key, patience_s=patience_s))

    async def ask(self, *, patience_s: float | None = None) -> list[Command]:
        return await self._run(self._core.ask(patience_s=patience_s))

    async def command(self, key: str) -> Command:
        return await self._run(self._core.command(key))

    async def unsettled(self) -> list[Command]:
        return await self._run(self._core.unsettled())

    async def prune(self, older_than: timedelta) -> int:
        return await self._run(self._core.prune(older_than))

    async def draft(self, order: Order, *, patience_s: float | None = None) -> Object:
        return await self._run(self._core.draft(order, patience_s=patience_s))

    @overload
    async def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = ...,
        form: TextForm = ...,
        patience_s: float | None = ...,
    ) -> str: ...
    @overload
    async def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = ...,
        form: Literal["json"],
        patience_s: float | None = ...,
    ) -> Object: ...
    async def receipt(
        self,
        order_id: UUID | str,
        *,
        command_id: str | None = None,
        form: str = "text",
        patience_s: float | None = None,
    ) -> str | Object:
        return await self._run(self._core.receipt(order_id, command_id=command_id, form=form, patience_s=patience_s))

    async def get(self, path: str, *, patience_s: float | None = None, **query: Any) -> Object:
        return await self._run(self._core.call("GET", path, query=query, patience_s=patience_s))

    async def csv(self, path: str, *, patience_s: float | None = None, **query: Any) -> str:
        return await self._run(self._core.text(path, form="csv", query=query, patience_s=patience_s))

    async def put(self, path: str, body: Mapping[str, Any], *, patience_s: float | None = None) -> Object:
        return await self._run(self._core.call("PUT", path, body=dict(body), patience_s=patience_s))

    async def follow(self, name: str, *, waits: bool = True, patience_s: float | None = None) -> AsyncIterator[Page]:
        while True:
            deadline = self._core.deadline(patience_s)
            page = await self._run(self._core.feed.page(name, waits=waits, deadline=deadline))
            if page.changes or page.is_anew:
                yield page
            await self._run(self._core.feed.done(name, page))
            if not waits and not page.changes:
                return

    async def _run(self, steps: Steps[T]) -> T:
        try:
            wanted = next(steps)
            while True:
                wanted = steps.send(await self._do(wanted))
        except StopIteration as end:
            done: T = end.value
            return done

    async def _do(self, wanted: Request | Pause | Work) -> Any:
        match wanted:
            case Request():
                return await self._ask(wanted)
            case Pause(seconds):
                return await asyncio.sleep(seconds)
            case Work(act):
                return await asyncio.to_thread(act)

    async def _ask(self, request: Request) -> Answer | Trouble:
        """An answer that comes drop by drop is none."""
        ends_at = time.monotonic() + request.timeout_s
        content = bytearray()
        try:
            async with self._client.stream(**arguments(request, self._core.key)) as response:
                async for part in response.aiter_bytes():
                    content += part
                    if time.monotonic() > ends_at:
                        return TOO_LONG
                return answered(response, bytes(content))
        except httpx.RequestError as error:
            return failed(error)

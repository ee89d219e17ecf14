"""What the tills asked and heard, and what is read once all is settled, as `benchmarks.chaos.history` judges it.

It is kept in memory meanwhile, as it came: writing it down would take from what is measured. What was refused is not
kept: nothing of it was stored, by the books.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx

from benchmarks.chaos.history.check import ITEMS, wrong
from benchmarks.chaos.history.exchange import Exchange
from benchmarks.chaos.history.heard import FINAL
from benchmarks.lane import Lane
from benchmarks.load.http import Answer
from benchmarks.load.tills import API

ROLE = "backoffice"
READER = "reader"
KEYS_MAX = 100
PAGE = 200
PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Sale:
    """`till`: its place in the lane; `began`, `ended`: by the monotonic clock."""

    till: int
    body: str
    began: float
    ended: float
    answer: Answer


def contradictions(lane: Lane, base_url: str, sales: Sequence[Sale]) -> list[str]:
    """What no shop that keeps its promises could have answered, a line each. Nothing is pending any more."""
    exchanges = list(map(_exchange, sales))
    with httpx.Client(base_url=f"{base_url}{API}", timeout=PATIENCE_S, trust_env=False) as client:
        shop = _Shop(client, lane)
        exchanges += shop.looked_up(exchanges)
        exchanges += shop.orders_and_movements()
        exchanges += shop.items()
    return wrong(exchanges)


def _exchange(sale: Sale) -> Exchange:
    return Exchange(
        who=f"till {sale.till}",
        role=ROLE,
        began=sale.began,
        ended=sale.ended,
        method="POST",
        path="/commands",
        query={},
        body=json.loads(sale.body),
        status=sale.answer.status,
        answer=json.loads(sale.answer.body),
    )


class _Shop:
    """Its tills read by turns: each may call so often only."""

    def __init__(self, client: httpx.Client, lane: Lane) -> None:
        self._client = client
        self._lane = lane
        self._keys = cycle(lane.terminal_keys)

    def looked_up(self, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
        """Who did not wait for his sale, or not for long enough, asks what became of it."""
        open_: dict[str, list[str]] = {}
        for one in exchanges:
            for sent, item in zip(one.body, one.answer["items"], strict=True):
                if (item.get("command") or {}).get("state") not in FINAL:
                    open_.setdefault(one.who, []).append(sent["key"])
        keys_of = {f"till {number}": key for number, key in enumerate(self._lane.terminal_keys)}
        for who, keys in open_.items():
            for start in range(0, len(keys), KEYS_MAX):
                body = {"keys": keys[start : start + KEYS_MAX]}
                yield self._asked("POST", "/commands/lookup", who=who, key=keys_of[who], body=body)

    def orders_and_movements(self) -> Iterator[Exchange]:
        """Of this lane alone: nobody kept what the others asked."""
        after: dict[str, str] = {}
        while True:
            page = self._asked("GET", "/changes", query={"limit": str(PAGE), **after})
            came, page.answer["items"] = page.answer["items"], list(filter(self._is_of_lane, page.answer["items"]))
            yield page
            if not came:
                return
            after = {"after": page.answer["next_cursor"]}

    def items(self) -> Iterator[Exchange]:
        more: dict[str, str] = {}
        while True:
            page = self._asked("GET", ITEMS, query={"limit": str(PAGE), **more})
            page.answer["items"] = [one for one in page.answer["items"] if self._has(one["sku"])]
            yield page
            if not (cursor := page.answer["next_cursor"]):
                return
            more = {"cursor": cursor}

    def _is_of_lane(self, change: Mapping[str, Any]) -> bool:
        match change["kind"]:
            case "order":
                return self._has(change["value"]["lines"][0]["sku"])
            case "movement":
                return self._has(change["value"]["sku"])
        return False

    def _has(self, sku: str) -> bool:
        return sku.startswith(f"{self._lane.name}/")

    def _asked(
        self,
        method: str,
        path: str,
        *,
        who: str = READER,
        key: str = "",
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Exchange:
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {key or next(self._keys)}"}
        response = self._client.request(method, path, params=query, json=body, headers=headers).raise_for_status()
        return Exchange(
            who=who,
            role=ROLE,
            began=began,
            ended=time.monotonic(),
            method=method,
            path=path,
            query=query or {},
            body=body,
            status=response.status_code,
            answer=response.json(),
        )

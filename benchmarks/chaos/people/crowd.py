"""All of them: enrolled while all is well, and closed one kind after the other once all is well again."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.chaos.history.exchange import History
from benchmarks.chaos.people.others import Desk, Follower, Office, Reader
from benchmarks.chaos.people.person import LAST_PATIENCE_S, Person, Shop
from benchmarks.chaos.people.probe import NAME as PROBE
from benchmarks.chaos.people.probe import Probe
from benchmarks.chaos.people.till import Cashier
from ringup_client import Json, Till

WHO: dict[str, type[Person]] = {
    **{f"till-{number}": Cashier for number in (1, 2, 3)},
    **{f"desk-{number}": Desk for number in (1, 2)},
    "office": Office,
    "reader": Reader,
    **{f"follower-{number}": Follower for number in (1, 2)},
}
PRODUCTS = 12


class Crowd:
    def __init__(self, shop: Shop, people: list[Person], probe: Probe, auditor: Till) -> None:
        self.shop = shop
        self.probe = probe
        self._people = people
        self._auditor = auditor

    @property
    def submitted(self) -> int:
        return sum(person.submitted for person in self._people) + len(self.probe.sales)

    def close(self) -> None:
        """Once all faults are over: whoever changes something first, then who looks on."""
        followers = [one for one in self._people if isinstance(one, Follower)]
        others = [one for one in self._people if one not in followers]
        for one in self._people:
            one.close()
        self.probe.close()
        for one in others:
            one.join()
        self.probe.join()
        self._followers = followers

    def look_once_more(self) -> None:
        """Nothing changes any more: what followers know by now is what is there, and is read anew."""
        self.shop.is_calm = True
        for one in self._followers:
            one.join()
        for _ in self._auditor.follow("anew", waits=False, patience_s=LAST_PATIENCE_S):
            pass
        cursor: Json = None
        while True:
            asked: dict[str, Any] = {"limit": 100, **({"cursor": cursor} if cursor else {})}
            page = self._auditor.get("/inventory/items", patience_s=LAST_PATIENCE_S, **asked)
            if (cursor := page["next_cursor"]) is None:
                return


@contextmanager
def crowd(*, base_url: str, keys: dict[str, str], history: History, seed: int) -> Iterator[Crowd]:
    """`keys`: of the demo's terminals, by role. Whatever happens meanwhile, nobody is there any more afterwards."""
    with TemporaryDirectory(prefix="ringup-chaos-") as folder, ExitStack() as present:
        office = httpx.Client(
            base_url=f"{base_url}/api/v1", headers={"Authorization": f"Bearer {keys['backoffice']}"}, trust_env=False
        )
        with office:
            products = office.get("/products", params={"limit": 100}).raise_for_status().json()["items"]
            counted = [one for one in products if one["tracks_stock"]]
            prices = {one["sku"]: one["price_minor"] for one in counted[:PRODUCTS]}
            shop = Shop(base_url=base_url, history=history, folder=Path(folder), seed=seed, prices=prices)
            people = [present.enter_context(kind(shop, name)) for name, kind in WHO.items()]
            for one in people:
                one.till.enrol(_code(office, one.name, one.role))
            probe = present.enter_context(Probe(shop, key=_key(office, PROBE, "pos")))
        present.callback(setattr, shop, "is_left", True)
        client = shop.client(who="anew", role="auditor")
        with Till(base_url, file=Path(folder) / "anew.sqlite3", key=keys["auditor"], client=client) as auditor:
            for one in people:
                one.start()
            probe.start()
            time.sleep(1)
            yield Crowd(shop, people, probe, auditor)


def _code(office: httpx.Client, name: str, role: str) -> str:
    code: str = office.post("/terminals", json={"name": name, "role": role}).raise_for_status().json()["code"]
    return code


def _key(office: httpx.Client, name: str, role: str) -> str:
    enrolled = office.post("/terminals/enrol", json={"code": _code(office, name, role)}, headers={"Authorization": ""})
    key: str = enrolled.raise_for_status().json()["key"]
    return key

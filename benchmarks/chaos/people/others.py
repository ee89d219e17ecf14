"""A desk that cancels, takes back and ships what tills have sold; an office that moves stock; readers and followers."""

import time

from benchmarks.chaos.people.person import LAST_PATIENCE_S, Person
from ringup_client import (
    Adjust,
    Asked,
    Back,
    Cancel,
    CommitHold,
    Deliver,
    Fulfill,
    Goods,
    Hold,
    Moved,
    Pay,
    Receive,
    Release,
    ReleaseHold,
    Return,
    Tender,
    Transfer,
    WriteOff,
)

STOCK = 400


class Desk(Person):
    """It meets tills, and other desks, at the same orders."""

    role = "supervisor"
    pause_s = 0.15

    def turn(self) -> None:
        if not self.shop.orders:
            return
        order = self.chance.choice(list(self.shop.orders))
        condition = self.chance.choice(["sellable", "sellable", "damaged"])
        asked: list[Asked] = [
            Cancel(order["id"], "brought back"),
            Return(order["id"], [Back(1, sku=order["sku"], condition=condition)]),
            Return(order["id"], [Back(1, sku=order["sku"], condition=condition)], location="stockroom"),
            Fulfill(order["id"]),
            Deliver(order["id"]),
            Release(order["id"]),
            Pay(order["id"], [Tender("card", 1)]),
        ]
        (one,) = self.chance.choices(asked, weights=[3, 4, 2, 4, 2, 1, 1])
        self.submit(one)


class Office(Person):
    role = "backoffice"
    pause_s = 0.2

    def open(self) -> None:
        self._references: list[tuple[str, Goods]] = []
        self.submit(Receive([Goods(sku, STOCK, "shop") for sku in self.shop.prices], reason="for a long day"))

    def turn(self) -> None:
        sku = self.some_sku()
        (way,) = self.chance.choices(["move", "hold", "end"], weights=[5, 3, 3])
        if way == "hold":
            goods = Goods(sku, self.chance.randint(1, 4))
            self._references.append((f"{self.name}-{len(self._references)}", goods))
            reference = self._references[-1][0]
            self.submit(Hold(reference, [goods], expires_in_s=self.chance.choice([None, 3, 30])))
        elif way == "end" and self._references:
            reference, goods = self.chance.choice(self._references[-10:])
            kind = self.chance.choice([CommitHold, ReleaseHold])
            self.submit(kind(reference, [goods]))
        else:
            self.submit(self._move(sku))

    def finish(self) -> None:
        """Nothing is held for anybody any more."""
        for reference, _ in self._references:
            self.till.keep(ReleaseHold(reference, reason="the day is over"))
        self._settle_all()

    def _move(self, sku: str) -> Asked:
        return self.chance.choice(
            [
                Receive([Goods(sku, 20)]),
                Adjust([Goods(sku, self.chance.choice([-2, 3]))], "found so"),
                WriteOff([Goods(sku, 1)]),
                Transfer([Moved(sku, 5, "shop", "stockroom")]),
                Transfer([Moved(sku, 5, "stockroom", "shop")]),
            ]
        )


class Reader(Person):
    """Somebody at a console who looks at orders and shelves."""

    role = "auditor"
    pause_s = 0.1

    def turn(self) -> None:
        if self.shop.orders and self.chance.random() < 0.8:
            order = self.chance.choice(list(self.shop.orders))
            known = self.till.get(f"/orders/{order['id']}/available-actions", patience_s=0.5)
            assert known["actions"]
            self.till.get(f"/orders/{order['id']}")
        else:
            self.till.get(f"/inventory/items/{self.some_sku()}")


class Follower(Person):
    role = "auditor"
    pause_s = 0.5

    def turn(self) -> None:
        for _ in self.till.follow("feed", waits=False):
            if self._closing.is_set():
                return

    def finish(self) -> None:
        """To the end, once nothing changes any more."""
        while not self.shop.is_calm:
            if self.shop.is_left:
                return
            time.sleep(0.05)
        for _ in self.till.follow("feed", waits=False, patience_s=LAST_PATIENCE_S):
            pass

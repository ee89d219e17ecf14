"""A till: sales in cash, online, on a reservation, by deposit and to be shipped; and its drawer."""

from typing import Any

from benchmarks.chaos import bank
from benchmarks.chaos.people.person import LAST_PATIENCE_S, Person
from ringup_client import (
    Asked,
    Cancel,
    CloseDrawer,
    Command,
    Counted,
    Json,
    Line,
    MoveCash,
    OpenDrawer,
    Order,
    Pay,
    Reserve,
    Tender,
)

FLOAT_MINOR = 10_000
DEPOSIT_MINOR = 50
DRAWERS_A_TURN = 0.02


class Cashier(Person):
    role = "pos"

    def open(self) -> None:
        self.submit(OpenDrawer(FLOAT_MINOR))

    def turn(self) -> None:
        if self.chance.random() < DRAWERS_A_TURN:
            self.change_drawer()
        ways = [self.sell, self.sell_online, self.reserve, self.ship, self.take_deposit]
        (way,) = self.chance.choices(ways, weights=[60, 10, 15, 10, 5])
        way()

    def finish(self) -> None:
        self.submit(CloseDrawer([Counted("cash", FLOAT_MINOR)]))
        self._settle_all()
        cursor: Json = None
        while True:
            page = self.till.get("/closings", patience_s=LAST_PATIENCE_S, **({"cursor": cursor} if cursor else {}))
            if (cursor := page["next_cursor"]) is None:
                return

    def change_drawer(self) -> None:
        self.submit(MoveCash(self.chance.choice([-500, 500]), "change"))
        self.submit(CloseDrawer([Counted("cash", FLOAT_MINOR)]))
        self.submit(OpenDrawer(FLOAT_MINOR))

    def sell(self) -> None:
        order, total_minor = self.basket()
        self.submit_known(order, Pay(order, [Tender("cash", -(-total_minor // 100) * 100)]))

    def sell_online(self) -> None:
        order, total_minor = self.basket()
        token = bank.DECLINED if self.chance.random() < 0.1 else "tok-visa"
        self.submit_known(order, Pay(order, [Tender("online", total_minor, provider=bank.NAME, token=token)]))

    def ship(self) -> None:
        order, total_minor = self.basket(fulfilment="shipment")
        self.submit_known(order, Pay(order, [Tender("card", total_minor)]))

    def reserve(self) -> None:
        order, total_minor = self.basket()
        self.submit_known(order, Reserve(order, expires_in_s=self.chance.choice([2, 5, 10])))
        match self.chance.randrange(4):
            case 0 | 1:
                self.submit(Pay(order.id, [Tender("cash", total_minor)]))
            case 2:
                self.submit(Cancel(order.id, "changed their mind"))

    def take_deposit(self) -> None:
        order, total_minor = self.basket()
        self.submit_known(order, Reserve(order, expires_in_s=60))
        self.submit(Pay(order.id, [Tender("cash", DEPOSIT_MINOR)], partial=True))
        self.submit(Pay(order.id, [Tender("cash", total_minor)]))

    def basket(self, **how: Any) -> tuple[Order, int]:
        quantities = {self.some_sku(): self.chance.randint(1, 3) for _ in range(self.chance.randint(1, 3))}
        lines = [Line(sku, quantity) for sku, quantity in quantities.items()]
        total_minor = sum(quantity * self.shop.prices[sku] for sku, quantity in quantities.items())
        return Order(lines, "GBP", **how), total_minor

    def submit_known(self, order: Order, asked: Asked) -> Command:
        """Others may meet it there, once it is there."""
        command = self.submit(asked)
        if command.id:
            self.shop.orders.append({"id": str(order.id), "sku": order.lines[0].sku})
        return command

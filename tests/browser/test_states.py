"""Each sale shows its true state, whatever becomes of it, and what there is to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.support.browser.shop import kept, wait_for
from tests.support.browser.till import Cashier

MANY = 120
SELL_MANY = """async (many) => {
    const [{ submit }, { nudge }] = [await import('/till/lib/outbox.js'), await import('/till/lib/sender.js')];
    for (let i = 0; i < many; i += 1) {
        const lines = [{ sku: 'POSTAGE', quantity: 1 }];
        const order = { id: crypto.randomUUID(), currency: 'GBP', fulfilment: 'immediate', lines };
        const body = { tenders: [{ method: 'cash', amount_minor: 250 }], shortage: 'record' };
        await submit({ kind: 'pay', order, body });
    }
    nudge();
}"""


@contextmanager
def broken(database_url: str, sku: str) -> Iterator[None]:
    """Whatever moves its stock fails, as a bug would have it."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
            " IF EXISTS (SELECT 1 FROM inventory_product WHERE id = NEW.product_id AND sku = TG_ARGV[0]) THEN"
            " RAISE EXCEPTION 'a bug'; END IF; RETURN NEW; END$$"
        )
        connection.execute(
            "CREATE TRIGGER broken BEFORE UPDATE ON inventory_stocklevel"
            f" FOR EACH ROW EXECUTE FUNCTION broken('{sku}')".encode()
        )
        yield
        connection.execute("DROP FUNCTION broken CASCADE")


def test_a_sale_that_waits_for_the_office_says_so_until_they_have_decided(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("CURSED", 400)
    page.reload()
    page.get_by_role("button", name="Cursed").wait_for()
    with broken(counter.served.database_url, "CURSED"):
        cashier.add("CURSED")
        cashier.pay_cash()
        cashier.dialog.get_by_text("Waits for the office").wait_for()
        cashier.dialog.get_by_text("Do not take the money twice.").wait_for()
        cashier.next()
    page.get_by_text("1 open").wait_for()
    (row,) = cashier.kept()
    counter.back("POST", f"/commands/{row['command']['id']}/dismiss", {"reason": "the cup was broken"})
    cashier.go("Sales")
    cashier.entry(1).get_by_text("the cup was broken").wait_for()
    cashier.entry(1).get_by_text("The office gave it up.").wait_for()
    cashier.entry(1).get_by_role("button", name="Dealt with").click()
    page.get_by_text("1 refused").wait_for(state="detached")


def test_a_refusal_that_nobody_dealt_with_stays_in_sight_however_much_is_sold_after_it(cashier: Cashier) -> None:
    page, counter = cashier.page, cashier.counter
    counter.goods("RARE", 700, on_hand=0)
    page.reload()
    page.get_by_role("button", name="Rare").wait_for()
    cashier.add("RARE")
    cashier.pay_cash()
    cashier.dialog.get_by_text("Are the goods gone?").wait_for()
    cashier.next()
    page.evaluate(
        """async () => {
            const store = await import('/till/lib/store.js');
            const [row] = await store.all('commands');
            await store.within(['commands'], async ({ commands }) => {
                for (let sequence = 2; sequence < 300; sequence += 1) {
                    const { open, ...later } = { ...row, sequence, key: `${sequence}`, state: 'succeeded' };
                    await store.done(commands.put(later));
                }
            });
        }"""
    )
    page.reload()
    page.get_by_text("1 refused").wait_for()
    cashier.go("Sales")
    cashier.entry(1).get_by_role("button", name="Record the sale").wait_for()


def test_many_sales_are_sent_in_few_requests_and_in_their_order(cashier: Cashier) -> None:
    page, sent = cashier.page, []

    def count(route: Any) -> None:
        sent.append([item["sequence"] for item in route.request.post_data_json])
        route.continue_()

    page.route("**/api/v1/commands", count)
    page.context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    page.evaluate(SELL_MANY, MANY)
    page.get_by_text(f"{MANY} open").wait_for()
    page.context.set_offline(False)
    wait_for(lambda: {row["state"] for row in cashier.kept()} == {"succeeded"})
    accepted = sent[-2:]
    assert [number for numbers in accepted for number in numbers] == list(range(1, MANY + 1))
    gaps = cashier.counter.back("GET", f"/terminals/{cashier.terminal.id}/gaps").body
    assert (gaps["items"], gaps["repeated"], gaps["last_sequence"]) == ([], [], MANY)


def test_a_tab_that_is_closed_at_once_has_kept_its_sale(cashier: Cashier) -> None:
    page, context = cashier.page, cashier.page.context
    context.set_offline(True)
    page.get_by_text("Offline: sales are kept").wait_for()
    cashier.add("MUG-RED")
    cashier.pay_cash()
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(cashier.counter.address)
    again.get_by_text("Nothing in it yet.").wait_for()
    wait_for(lambda: [row["state"] for row in kept(again)] == ["succeeded"])
    assert len(cashier.counter.orders(cashier.terminal)) == 1


def test_the_count_goes_on_in_a_new_browser(cashier: Cashier) -> None:
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    page = cashier.page.context.browser.new_context(service_workers="block").new_page()
    other = Cashier(page, cashier.counter, cashier.terminal)
    other.enrol(cashier.counter.code_for(cashier.terminal))
    other.add("MUG-RED")
    other.pay_cash()
    other.settled()
    assert [row["sequence"] for row in other.kept()] == [2]
    page.context.close()

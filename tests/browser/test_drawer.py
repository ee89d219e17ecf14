"""The drawer is opened, moved and closed; goods come back by the number on the receipt."""

from tests.support.browser.till import Cashier


def test_a_drawer_is_opened_moved_and_closed_with_what_was_counted(cashier: Cashier) -> None:
    page = cashier.page
    cashier.go("Drawer")
    page.get_by_label("Cash in it now").fill("100")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Open", exact=True).wait_for()
    cashier.go("Sell")
    cashier.add("MUG-RED", times=2)
    cashier.pay_cash("10")
    cashier.settled()
    cashier.next()
    cashier.go("Drawer")
    page.get_by_label("Amount").fill("20")
    page.get_by_label("Why").fill("to the bank")
    page.get_by_role("button", name="Move").click()
    page.get_by_role("row", name="Cash £85.00").wait_for()
    page.get_by_label("Cash counted").fill("84.50")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("heading", name="Closing 1").wait_for()
    page.get_by_role("row", name="Cash £85.00 £84.50 -£0.50").wait_for()
    page.get_by_label("Cash in it now").wait_for()


def test_what_is_refused_of_a_drawer_is_told(cashier: Cashier) -> None:
    page = cashier.page
    cashier.go("Drawer")
    page.get_by_label("Cash in it now").fill("a lot")
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_text("Write an amount").wait_for()
    page.evaluate(
        "import('/till/lib/outbox.js').then(({ submit }) => submit({ kind: 'drawer_movement',"
        " body: { amount_minor: 100, reason: 'none is open' } }))"
    )
    page.evaluate("import('/till/lib/sender.js').then(({ nudge }) => nudge())")
    page.get_by_text("Movement: Refused").wait_for()
    page.get_by_text("Open the drawer, then send it again.").wait_for()


def test_goods_come_back_by_the_number_on_the_receipt(supervisor: Cashier) -> None:
    page, counter = supervisor.page, supervisor.counter
    supervisor.add("MUG-RED", times=3)
    supervisor.pay_cash()
    supervisor.settled()
    supervisor.next()
    (sold,) = counter.orders(supervisor.terminal)
    supervisor.go("Returns")
    page.get_by_label("Number on the receipt").fill("INV-none")
    page.keyboard.press("Enter")
    page.get_by_text("The store has no receipt INV-none.").wait_for()
    page.get_by_label("Number on the receipt").fill(sold["invoice_number"])
    page.keyboard.press("Enter")
    page.get_by_label("How many came back, of 3").fill("2")
    page.get_by_label("damaged").check()
    page.get_by_label("Reason").fill("chipped")
    page.get_by_text("Goes back: £5.00 Cash").wait_for()
    page.get_by_role("button", name="Take back").click()
    supervisor.settled()
    supervisor.dialog.get_by_text("Give back £5.00 Cash").wait_for()
    supervisor.next()
    page.get_by_label("How many came back, of 1").wait_for()
    (returned,) = counter.orders(supervisor.terminal)
    assert (returned["refunded_minor"], returned["lines"][0]["returned_quantity"]) == (500, 2)


def test_what_was_paid_by_card_goes_back_in_cash_where_that_is_wanted(supervisor: Cashier) -> None:
    """In coins that there are: of all that went back so far."""
    page, counter = supervisor.page, supervisor.counter
    counter.goods("BOUGHT", 198)
    counter.back("PUT", "/store", {"cash_rounding_minor": 5})
    try:
        page.reload()
        page.get_by_role("button", name="Bought").wait_for()
        supervisor.add("BOUGHT", times=2)
        supervisor.open_pay()
        page.get_by_role("button", name="Card", exact=True).click()
        supervisor.settled()
        supervisor.next()
        (sold,) = counter.orders(supervisor.terminal)
        supervisor.go("Returns")
        page.get_by_label("Number on the receipt").fill(str(sold["number"]))
        page.keyboard.press("Enter")
        for left, in_cash in ((2, "£2.00"), (1, "£1.95")):
            page.get_by_label(f"How many came back, of {left}").fill("1")
            page.get_by_text("Goes back: £1.98 Card").wait_for()
            page.get_by_label("Give back").select_option("cash")
            page.get_by_text(f"Goes back: {in_cash} Cash").wait_for()
            page.get_by_role("button", name="Take back").click()
            supervisor.settled()
            supervisor.next()
    finally:
        counter.back("PUT", "/store", {"cash_rounding_minor": None})
    (returned,) = counter.orders(supervisor.terminal)
    assert [(one["method"], one["amount_minor"]) for one in returned["payments"]] == [
        ("card", 396),
        ("cash", 200),
        ("cash", 195),
    ]


def test_a_till_that_may_not_take_back_says_who_may(cashier: Cashier) -> None:
    page = cashier.page
    cashier.add("MUG-RED")
    cashier.pay_cash()
    cashier.settled()
    cashier.next()
    (sold,) = cashier.counter.orders(cashier.terminal)
    cashier.go("Returns")
    page.get_by_text("it needs the role supervisor").wait_for()
    page.get_by_label("Number on the receipt").fill(str(sold["number"]))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=sold["invoice_number"]).wait_for()
    assert page.get_by_role("button", name="Take back").is_disabled()

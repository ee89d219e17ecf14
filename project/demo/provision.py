"""The demo: a shop with a catalogue, opening stock and a terminal for each role, and a second shop beside it."""

from datetime import date
from typing import Any

from inventory.models import Location, Product, Store, Tax, TaxRate
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.journal.api.submit import submission_of
from orders.journal.core.batch import StoreSubject
from orders.journal.db.accept import accept_many
from orders.stock.api.bodies import ReceiveIn, StockItemIn
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from workers.execute import execute

PLACEHOLDER_GTIN = "0000000000000"

TERMINALS = {
    Role.POS: "Till 1",
    Role.SUPERVISOR: "Supervisor",
    Role.BACKOFFICE: "Back office",
    Role.AUDITOR: "Auditor",
}
LOCATIONS = {"shop": "Shop floor", "stockroom": "Stockroom"}

# SKU, GTIN, name, price in pence, on the shop floor, in the stockroom
CATALOGUE = [
    ("TEA-EARL-GREY", "5012345000015", "Earl Grey tea, 80 bags", 449, 24, 96),
    ("TEA-BREAKFAST", "5012345000022", "Breakfast tea, 160 bags", 529, 30, 120),
    ("TEA-PEPPERMINT", "5012345000039", "Peppermint tea, 40 bags", 319, 18, 48),
    ("COFFEE-GROUND", "5012345000046", "Ground coffee, 250 g", 599, 20, 80),
    ("COFFEE-BEANS", "5012345000053", "Coffee beans, 1 kg", 1499, 12, 36),
    ("MILK-WHOLE-1L", "5012345000060", "Whole milk, 1 l", 139, 40, 0),
    ("MILK-OAT-1L", "5012345000077", "Oat drink, 1 l", 209, 24, 48),
    ("BREAD-SOURDOUGH", "5012345000084", "Sourdough loaf", 389, 15, 0),
    ("BREAD-WHITE", "5012345000091", "White bread, sliced", 145, 25, 0),
    ("BUTTER-250G", "5012345000107", "Butter, salted, 250 g", 249, 30, 60),
    ("EGGS-FREE-6", "5012345000114", "Free range eggs, 6", 215, 36, 72),
    ("CHEDDAR-350G", "5012345000121", "Mature cheddar, 350 g", 425, 20, 40),
    ("JAM-STRAWBERRY", "5012345000138", "Strawberry jam, 340 g", 275, 18, 54),
    ("MARMALADE", "5012345000145", "Seville marmalade, 454 g", 295, 18, 36),
    ("HONEY-340G", "5012345000152", "Wildflower honey, 340 g", 495, 12, 24),
    ("BISCUIT-OAT", "5012345000169", "Oat biscuits, 300 g", 165, 40, 120),
    ("BISCUIT-GINGER", "5012345000176", "Ginger biscuits, 250 g", 125, 40, 120),
    ("CHOC-DARK-100G", "5012345000183", "Dark chocolate, 100 g", 229, 48, 144),
    ("CRISPS-SALTED", "5012345000190", "Salted crisps, 150 g", 185, 36, 108),
    ("WATER-STILL-75", "5012345000206", "Still water, 0.75 l", 95, 48, 192),
    ("LEMONADE-1L", "5012345000213", "Cloudy lemonade, 1 l", 235, 24, 72),
    ("APPLE-JUICE-1L", "5012345000220", "Pressed apple juice, 1 l", 275, 24, 72),
    ("PASTA-500G", "5012345000237", "Spaghetti, 500 g", 129, 40, 160),
    ("RICE-BASMATI-1K", "5012345000244", "Basmati rice, 1 kg", 319, 24, 96),
    ("TOMATO-TIN-400", "5012345000251", "Chopped tomatoes, 400 g", 85, 60, 240),
    ("OLIVE-OIL-500", "5012345000268", "Olive oil, extra virgin, 0.5 l", 899, 12, 36),
    ("SOAP-LAVENDER", "5012345000275", "Lavender soap, 100 g", 199, 24, 48),
    ("CANDLE-BEESWAX", "5012345000282", "Beeswax candle", 650, 10, 20),
    ("TOTE-BAG", "5012345000299", "Cotton tote bag", 500, 30, 70),
    ("UMBRELLA", "5012345000305", "Folding umbrella", 1250, 8, 12),
]

# VAT as the United Kingdom has it: food is zero-rated, but for sweets, crisps and drinks.
TAXES = {"std": ("VAT", 20), "zero": ("VAT, zero-rated", 0)}
TAXED_SINCE = date(2011, 1, 4)
STANDARD_RATED = {
    *("CHOC-DARK-100G", "CRISPS-SALTED", "WATER-STILL-75", "LEMONADE-1L", "APPLE-JUICE-1L", "SOAP-LAVENDER"),
    *("CANDLE-BEESWAX", "TOTE-BAG", "UMBRELLA", "POSTAGE", "MISC"),
}

# Sold, but not counted.
SERVICES = [("POSTAGE", "", "Postage and packing", 395), ("MISC", PLACEHOLDER_GTIN, "Other goods", 0)]


def provision_demo() -> dict[str, Any]:
    """Fill an empty database; return the terminals' keys, which nobody can read again."""
    shop = _store("demo", "Corner Shop")
    other = _store("other", "Other Shop")
    _catalogue(shop)
    _catalogue(other)
    keys = {role: create_terminal(store_id=shop.pk, name=name, role=role) for role, name in TERMINALS.items()}
    _receive_opening_stock(keys[Role.BACKOFFICE])
    of_other = (Role.POS, Role.BACKOFFICE)  # enough to receive goods and to sell them
    other_keys = {role: create_terminal(store_id=other.pk, name=TERMINALS[role], role=role) for role in of_other}
    return {"terminals": keys, "other_store_terminals": other_keys}


def _store(code: str, name: str) -> Store:
    store = Store.objects.create(code=code, name=name, currency="GBP")
    for priority, (location_code, location_name) in enumerate(LOCATIONS.items()):
        Location.objects.create(store=store, code=location_code, name=location_name, priority=priority)
    return store


def _catalogue(store: Store) -> None:
    goods = [(sku, gtin, name, price, True) for sku, gtin, name, price, _, _ in CATALOGUE]
    services = [(sku, gtin, name, price, False) for sku, gtin, name, price in SERVICES]
    for code, (name, rate) in TAXES.items():
        tax = Tax.objects.create(store=store, code=code, name=name)
        TaxRate.objects.create(store=store, tax=tax, valid_from=TAXED_SINCE, rate=rate)
    Product.objects.bulk_create(
        Product(
            store=store,
            sku=sku,
            gtin=gtin,
            name=name,
            price_minor=price,
            currency=store.currency,
            tracks_stock=tracks_stock,
            tax_code="std" if sku in STANDARD_RATED else "zero",
        )
        for sku, gtin, name, price, tracks_stock in goods + services
    )


def _receive_opening_stock(key: str) -> None:
    """Through the journal like any other delivery, so that the ledger tells where the stock came from."""
    caller = caller_by_key(key_hash(key))
    assert caller is not None
    body = ReceiveIn(items=_opening_items(), reference="OPENING", reason="opening stock")
    accept_many(caller, [submission_of(Kind.RECEIVE, None, body, key="opening-stock")])
    execute([StoreSubject(caller.store_id)])


def _opening_items() -> list[StockItemIn]:
    return [
        StockItemIn(sku=sku, quantity=quantity, location=location)
        for sku, _, _, _, on_floor, in_stockroom in CATALOGUE
        for location, quantity in (("shop", on_floor), ("stockroom", in_stockroom))
        if quantity
    ]

"""A store leaves one database and arrives in another: all of it, once, and at no time it sells in both."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError

from base.sql import clock
from base.sql.sets import cursor
from inventory.db.taxes import edit_tax
from inventory.models import Store
from orders.audit.round import audit
from orders.commands.core.machine import Kind
from orders.commands.core.roles import Role
from orders.invoicing.db.refill import stores
from orders.journal.db.attempts import park
from orders.journal.db.reads.looks import are_holds_lapsed
from orders.models import Command, InvoiceNumber, Order
from orders.moving.db.arrive import CannotArrive, arrive
from orders.moving.db.cells import FIRST_OF_OTHERS, IsAnother, become_cell
from orders.moving.db.hold import standing
from orders.moving.db.leave import CannotLeave, leave, left_for_good, stay, under_way
from orders.moving.db.tables import TABLES
from orders.terminals.db.keys import create_terminal
from orders.terminals.db.reads import caller_by_key, key_hash
from project.stack.embedded.child import wait_until
from project.stack.servers import Servers, passing_database
from tests.support.database import connected_to
from tests.support.network.threads import begin
from tests.support.samples.a_row_of_each import shop_with_a_row_of_each
from tests.support.shop.rung import execute, run
from tests.support.shop.shop import Shop, open_shop
from workers.archive import archive
from workers.expire import expire_holds

PATIENCE_S = 60
KEY = "a sale that is sent again"
# Nobody is there who would answer: what is to be sent waits for a person.
SET_ASIDE = (
    """
    UPDATE orders_journalentry AS entry SET state = 'parked', last_error = 'nobody is there'
    WHERE state = 'pending' AND NOT EXISTS (
        SELECT FROM orders_journalentry WHERE order_id = entry.order_id AND seq < entry.seq
    )
    """,
    "UPDATE orders_paymentinstruction SET state = 'parked', last_error = 'nobody is there' WHERE state = 'pending'",
    "UPDATE orders_invoicerefill SET stored_at = now() WHERE stored_at IS NULL",
)
EMPTY = {"orders_account", "orders_invoicepool", "orders_invoicecounter"}
OF_NOTHING = """
    INSERT INTO inventory_taxrate (store_id, tax_id, valid_from, rate)
    SELECT store_id, id, '2020-01-01', 0 FROM inventory_tax WHERE code = 'bare'
"""
LAPSED = "UPDATE inventory_hold SET expires_at = now() - interval '1 hour'"
HELD = "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = %s::regclass AND starts_with(tgname, '0_leaves'))"
TAKE_ASIDE = "UPDATE orders_invoicenumber SET state = 'set_aside' WHERE state = 'free' AND store_id = %s"


@pytest.fixture
def elsewhere(servers: Servers, template_database: str, copies: str) -> Iterator[str]:
    with passing_database(servers.database_url, template=f"{template_database} {copies}") as url:
        yield url


def set_aside() -> None:
    for statement in SET_ASIDE:
        cursor().execute(statement.encode())


def sell(shop: Shop, key: str = "") -> UUID:
    order_id = shop.order(("TEA-80", 1))
    shop.pay(order_id, key=key)
    assert execute([order_id]).settled
    set_aside()
    return order_id


def wait_for_people(shop: Shop) -> None:
    """A parked command and one behind it; an entry behind one that is parked."""
    order_id, paid = shop.sale(("POSTAGE", 1))
    park(paid, "Bug: it cannot be decided")
    shop.submit(Kind.CANCEL, order_id)
    assert run([order_id]) == []
    sold = sell(shop)
    shop.submit(Kind.CANCEL, sold)
    execute([sold])


def numbers(shop: Shop) -> list[str]:
    return sorted(InvoiceNumber.objects.filter(store=shop.store_id, state="assigned").values_list("number", flat=True))


def test_a_store_leaves_and_arrives_with_all_it_has(own_database: str, elsewhere: str, tmp_path: Path) -> None:
    become_cell(0)
    shop = shop_with_a_row_of_each()
    cursor().execute(OF_NOTHING)
    other = open_shop("second")
    assert set(under_way(shop.store_id)) == {"entries", "payment instructions", "refills"}
    sold = sell(shop, KEY)
    wait_for_people(shop)
    hashed = key_hash(create_terminal(store_id=shop.store_id, name="till", role=Role.POS))
    caller = caller_by_key(hashed)
    pending, _ = shop.sale()
    with pytest.raises(CannotLeave, match="1 commands; the store is open again"):
        leave(shop.store_id, tmp_path / "early", wait_s=0)
    assert caller_by_key(hashed) == caller
    execute([pending])
    set_aside()

    manifest = leave(shop.store_id, tmp_path / "first", wait_s=PATIENCE_S)
    assert {part.table for part in manifest.parts if not part.rows} == EMPTY
    leaving = caller_by_key(hashed)
    assert leaving
    assert leaving.leaves
    before = Command.objects.filter(store=shop.store_id).count()
    with pytest.raises(psycopg.errors.LockNotAvailable):
        shop.sale()
    with pytest.raises(OperationalError, match="on its way"):
        Store.objects.filter(pk=shop.store_id).update(receipt_footer="moved")
    assert Command.objects.filter(store=shop.store_id).count() == before
    assert stay(shop.store_id)
    sell(shop)
    assert cursor().execute(LAPSED).rowcount > 0

    assert leave(shop.store_id, tmp_path / "second", wait_s=PATIENCE_S).rows > manifest.rows
    upkeep_passes_it_over(shop, other)
    sold_here, had = numbers(shop), Order.objects.filter(store=shop.store_id).count()
    word = left_for_good(shop.store_id)
    assert word
    assert left_for_good(shop.store_id) == word
    assert not stay(shop.store_id)
    # Whoever lost the files of one that has left has them written again.
    assert leave(shop.store_id, tmp_path / "third", wait_s=0).rows > manifest.rows

    with connected_to(elsewhere):
        with pytest.raises(CannotArrive, match="which cell"):
            arrive(tmp_path / "third", word=word)
        become_cell(1)
        become_cell(1)
        with pytest.raises(IsAnother, match="cell 1"):
            become_cell(2)
        harbour = open_shop("harbour")
        sell(harbour)
        edit_tax(harbour.store_id, "std", {"name": "VAT", "rate": "20"})
        # What it sold after it was written the first time is not in there.
        for folder, guess in (("first", word), ("third", "a guess")):
            with pytest.raises(CannotArrive, match="not the word"):
                arrive(tmp_path / folder, word=guess)
        assert arrive(tmp_path / "third", word=None).rows > manifest.rows
        assert not Order.objects.filter(store=shop.store_id).exists()
        loses_nothing_on_the_way(tmp_path / "third", word)
        arrive(tmp_path / "third", word=word)
        with pytest.raises(CannotArrive, match="is here, or was here"):
            arrive(tmp_path / "third", word=word)
        assert caller_by_key(hashed) == caller
        assert numbers(shop) == sold_here
        with pytest.raises(AssertionError, match="not accepted"):
            shop.pay(sold, key=KEY)
        assert expire_holds() == 1
        execute(Command.objects.filter(state="pending", kind="release").values_list("order_id", flat=True))
        assert audit() == []
        newest = Order.objects.get(pk=sell(shop))
        assert Order.objects.filter(store=shop.store_id, number__gte=newest.number).count() == 1
        assert Order.objects.filter(store=shop.store_id).count() == had + 1
        assert set(numbers(shop)) > set(sold_here)
        moved = cursor().execute("SELECT max(id) FROM inventory_stockmovement WHERE store_id = %s", (shop.store_id,))
        assert moved.fetchone()[0] > FIRST_OF_OTHERS  # type: ignore[index]
        assert audit() == []
    assert numbers(shop) == sold_here


def upkeep_passes_it_over(shop: Shop, other: Shop) -> None:
    """And goes on with others: it neither fails nor begins again and again."""
    assert cursor().execute("UPDATE orders_invoicenumber SET state = 'set_aside' WHERE state = 'free'").rowcount > 0
    assert not InvoiceNumber.objects.filter(store=shop.store_id, state="set_aside").exists()
    cursor().execute("UPDATE orders_invoicenumber SET state = 'free' WHERE state = 'set_aside'")
    assert [code for _, code in stores(after=0, limit=9)] == ["second"]
    assert not are_holds_lapsed(clock.now())
    assert expire_holds() == 0
    archive()
    sell(other)
    assert audit() == []


def loses_nothing_on_the_way(folder: Path, word: str) -> None:
    payments = folder / "orders_payment.copy"
    whole = payments.read_text()
    payments.write_text(whole.partition("\n")[2])
    with pytest.raises(CannotArrive, match="orders_payment has"):
        arrive(folder, word=word)
    payments.write_text(whole)


def test_until_all_is_held_nobody_is_passed_over(own_database: str, tmp_path: Path) -> None:
    """Half of a transaction would be kept otherwise. And nobody is told the word."""
    become_cell(0)
    shop = open_shop()
    first, last = TABLES[0].name, TABLES[-1].name
    with psycopg.connect(own_database) as writer:
        writer.execute(f"LOCK TABLE {last} IN ROW EXCLUSIVE MODE".encode())
        written = begin(lambda: leave(shop.store_id, tmp_path, wait_s=PATIENCE_S))
        assert wait_until(lambda: is_held(TABLES[-2].name), seconds=PATIENCE_S)
        assert standing(shop.store_id) == (True, False, "")
        assert left_for_good(shop.store_id) is None
        with pytest.raises(psycopg.errors.LockNotAvailable):
            cursor().execute(TAKE_ASIDE, (shop.store_id,))
        writer.rollback()
    assert written.result(PATIENCE_S).rows > 0
    assert cursor().execute(TAKE_ASIDE, (shop.store_id,)).rowcount == 0
    assert is_held(first)
    assert stay(shop.store_id)
    assert not is_held(first)
    assert cursor().execute(TAKE_ASIDE, (shop.store_id,)).rowcount > 0


def test_what_came_in_after_all_is_finished_first(own_database: str, tmp_path: Path) -> None:
    become_cell(0)
    shop = open_shop()
    with psycopg.connect(own_database) as writer, psycopg.connect(own_database) as last:
        writer.execute("LOCK TABLE orders_terminal IN ROW EXCLUSIVE MODE")
        last.execute(f"LOCK TABLE {TABLES[-1].name} IN ROW EXCLUSIVE MODE".encode())
        written = begin(lambda: leave(shop.store_id, tmp_path, wait_s=PATIENCE_S))
        assert wait_until(lambda: is_held("inventory_shortfall"), seconds=PATIENCE_S)
        order_id, _ = shop.sale(("POSTAGE", 1))
        writer.rollback()
        assert wait_until(lambda: is_held(TABLES[-2].name), seconds=PATIENCE_S)
        last.rollback()
    assert wait_until(lambda: is_settled(order_id) or written.done(), seconds=PATIENCE_S)
    set_aside()
    assert written.result(PATIENCE_S).rows > 0
    assert Command.objects.get().state == "succeeded"


def is_settled(order_id: UUID) -> bool:
    """Where its rows are held just now it is tried again."""
    try:
        return bool(execute([order_id]).settled)
    except psycopg.errors.LockNotAvailable:
        return False


def is_held(table: str) -> bool:
    row = cursor().execute(HELD, (table,)).fetchone()
    return bool(row and row[0])

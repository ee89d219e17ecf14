"""Whether a product can be sold now, and why not: what a till would be told, for who stands in the office."""

from collections.abc import Iterator

from django.db.models import Sum
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from base.admin.column import amount_of, quantity_of
from base.admin.window import link_to
from inventory.models import Product, Tax
from orders.journal.admin.product.stands import levels_of
from orders.journal.db.reads.held import lapsed
from orders.sales.models import OrderLine


def sells(product: Product, *, may_receive: bool) -> str:
    """A sentence a line, the answer first."""
    lines = [_answer(product, may_receive=may_receive), *_besides(product)]
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def _answer(product: Product, *, may_receive: bool) -> str:
    if product.currency != product.store.currency:
        return f"No: it is priced in {product.currency}, and {product.store.code} sells in {product.store.currency}."
    if not product.tracks_stock:
        return "Yes, always: it is not counted."
    levels = levels_of(product)
    on_hand = sum(level.on_hand for level in levels)
    # What has lapsed is given to whoever asks, whenever it is released.
    free = sum(level.on_hand - level.reserved for level in levels) + lapsed(product.pk)
    if free > 0:
        return f"Yes: {quantity_of(product, free)} can be had."
    if on_hand > 0:
        return f"No: all {quantity_of(product, on_hand)} that lie there are held, see below."
    why = "No: nothing lies there." if levels else "No: nothing of it was ever received."
    form = link_to(f"{reverse('stock:move', args=['receive'])}?product={product.pk}", "Receive some")
    return format_html("{} {}", why, form) if may_receive else why


def _besides(product: Product) -> Iterator[str]:
    waited = OrderLine.objects.filter(product=product, backordered_quantity__gt=0).aggregate(
        quantity=Sum("backordered_quantity")
    )["quantity"]
    if waited:
        yield f"Orders wait for {quantity_of(product, waited)}: what arrives is theirs first."
    if not product.price_minor:
        yield f"It has no price: it is sold for {amount_of(product, 0)} unless the till names one."
    if product.tax_code is None and Tax.objects.filter(store=product.store_id).exists():
        yield "It has no tax, though its store has some: it is sold untaxed."

// The basket that is being filled. It is kept with every change, so that a killed browser loses nothing.

import { amounts } from "./amounts.js";
import { fact, keep } from "./store.js";
import { taxOn, till } from "./till.js";

export const empty = () => ({ lines: [], discount: null, customer: null });
export let cart = empty();
const listeners = new Set();
export const onCart = (listener) => listeners.add(listener);

export async function remember() {
  cart = (await fact("cart")) ?? empty();
}

export function replace(next) {
  cart = next;
  const kept = keep("cart", cart);
  told();
  return kept;
}

export const told = () => listeners.forEach((listener) => listener(cart));

export const clear = () => replace(empty());
export const isEmpty = () => cart.lines.length === 0;

// The same once more where it is counted by the piece and nothing special was agreed on. `price`: what its label says.
export function add(product, quantity, price = null) {
  const same = price !== null ? -1 : cart.lines.findIndex((line) => line.sku === product.sku && !product.quantity_decimals && !line.discount && !line.ownPrice);
  if (same >= 0) return change(cart.lines[same].id, { quantity: cart.lines[same].quantity + quantity });
  const line = {
    id: crypto.randomUUID(),
    sku: product.sku,
    name: product.name,
    price: price ?? product.price_minor,
    ownPrice: price !== null,
    decimals: product.quantity_decimals,
    unit: product.unit,
    taxCode: product.tax_code,
    quantity,
    discount: null,
  };
  return replace({ ...cart, lines: [...cart.lines, line] });
}

export const change = (id, facts) => replace({ ...cart, lines: cart.lines.map((line) => (line.id === id ? { ...line, ...facts } : line)) });
// From what it is now: two quick presses are two.
export function step(id, by) {
  const line = cart.lines.find((one) => one.id === id);
  if (!line) return null;
  return line.quantity + by > 0 ? change(id, { quantity: line.quantity + by }) : remove(id);
}

export const remove = (id) => replace({ ...cart, lines: cart.lines.filter((line) => line.id !== id) });
export const discount = (given) => replace({ ...cart, discount: given });
export const sellTo = (customer) => replace({ ...cart, customer });

// As the API takes an order.
export function asOrder(basket, id, soldAt) {
  return {
    id,
    currency: till.store.currency,
    fulfilment: "immediate",
    ...(soldAt ? { sold_at: soldAt } : {}),
    ...given(basket.discount),
    ...(basket.customer ? { customer: basket.customer } : {}),
    lines: basket.lines.map((line) => ({ sku: line.sku, quantity: line.quantity, unit_price_minor: line.price, ...given(line.discount) })),
  };
}

// The same with the catalogue's prices, except where another one was agreed on.
export function asQuestion() {
  const { id, ...order } = asOrder(cart, null, null);
  order.lines.forEach((line, i) => cart.lines[i].ownPrice || delete line.unit_price_minor);
  return order;
}

function given(discount) {
  if (!discount) return {};
  return discount.percent ? { discount_percent: discount.percent } : { discount_minor: discount.minor };
}

// As the till itself works it out.
export function worked(at) {
  const lines = cart.lines.map((line) => ({ ...line, tax: line.taxCode ? taxOn(line.taxCode, at) : null }));
  return amounts(lines, { discount: cart.discount, pricesIncludeTax: till.store.prices_include_tax });
}

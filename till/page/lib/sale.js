// A sale, from the basket to a command that is kept; and what can be made of one that was refused.

import { asOrder, empty, isEmpty, replace } from "./cart.js";
import { inCoins } from "./amounts.js";
import { canSend, now } from "./net.js";
import { dealtWith, submit } from "./outbox.js";
import { nudge } from "./sender.js";
import { till } from "./till.js";

// `due`: in cash, as there are coins for it, and in all.
export function left(total, tenders) {
  const others = sum(tenders.filter((one) => one.method !== "cash"));
  const cash = sum(tenders.filter((one) => one.method === "cash"));
  const inCash = inCoins(total - others, till.store.cash_rounding_minor);
  return { exact: total - others - cash, cash: inCash - cash, change: Math.max(0, cash - inCash), hasCash: cash > 0 };
}

const sum = (tenders) => tenders.reduce((minor, one) => minor + one.amount_minor, 0);

// Whether these tenders pay all of it.
export function isPaid(total, tenders) {
  const rest = left(total, tenders);
  return rest.exact <= 0 || (rest.hasCash && rest.cash <= 0);
}

// The basket as it was when the money was asked for. A sale that the server cannot be asked about has happened: what
// stock does not know of is recorded.
export async function sell(basket, amounts, tenders) {
  const soldAt = now().toISOString();
  const shown = {
    ...amountsOf(amounts),
    lines: basket.lines.map((line, i) => ({ ...line, amount_minor: amounts.lines[i].amount_minor })),
    tenders,
    change_minor: left(amounts.total_minor, tenders).change,
    cart: basket,
  };
  const merged = mergeCash(tenders);
  const body = canSend() ? { tenders: merged, expected_total_minor: amounts.total_minor } : { tenders: merged, shortage: "record" };
  const row = await submit({ kind: "pay", order: asOrder(basket, crypto.randomUUID(), soldAt), body, shown }, { cart: empty() });
  replace(empty());
  nudge();
  return row;
}

const amountsOf = ({ total_minor, discount_minor, tax_minor, taxes }) => ({ total_minor, discount_minor, tax_minor, taxes });

function mergeCash(tenders) {
  const cash = sum(tenders.filter((one) => one.method === "cash"));
  const others = tenders.filter((one) => one.method !== "cash");
  return tenders.length > others.length ? [...others, { method: "cash", amount_minor: cash }] : others;
}

// What the cashier chose to do about a refused command: `again`, `record`, `retime`, or `anew`, which is back to the
// basket. Each is another command, under another key.
export async function act(row, what) {
  if (what === "anew") return await backToBasket(row);
  const { kind, order, order_id, shown } = row;
  const body = what === "record" ? recorded(row.body) : row.body;
  const next = what === "retime" ? { ...order, id: crypto.randomUUID(), sold_at: now().toISOString() } : order;
  await submit({ kind, order: next, order_id, body, shown, replaces: [row.terminal, row.sequence] });
  nudge();
}

function recorded({ expected_total_minor: _, ...body }) {
  return { ...body, shortage: "record" };
}

// Where the server knows the draft it is cancelled, since another one takes its place.
async function backToBasket(row) {
  if (!isEmpty()) throw new Error("Finish the basket that is open, or set it aside.");
  const { cart: before } = row.shown;
  if (row.state === "rejected") {
    const body = { reason: "sold anew" };
    await submit({ kind: "cancel", order_id: row.order?.id ?? row.order_id, body, replaces: [row.terminal, row.sequence] }, { cart: before });
  } else {
    await dealtWith(row);
  }
  replace(before);
  nudge();
}

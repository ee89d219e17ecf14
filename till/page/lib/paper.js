// Receipts: the server's as soon as there is one, until then the till's own, which says that it is not the last word.

import { call, net, Unanswered } from "./net.js";
import { money, quantity } from "./money.js";
import { till } from "./till.js";
import { method } from "./told.js";

const WIDTH = 42;
const RULE = "-".repeat(WIDTH);

// {text, isFinal}
export async function receipt(row) {
  const order = row.command?.order_id;
  if (order && row.state === "succeeded" && net.isUp) {
    try {
      const path = `/orders/${order}/receipt?command=${row.command.id}`;
      const answer = await call("GET", path, undefined, { headers: { Accept: "text/plain" }, patience: 5_000 });
      if (answer.ok) return { text: answer.body, isFinal: true };
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }
  return { text: ofTill(row), isFinal: false };
}

function ofTill({ shown, made_at: at, sequence, state }) {
  const { store } = till;
  const isRefused = ["refused", "rejected", "dismissed"].includes(state);
  const when = new Intl.DateTimeFormat(undefined, { timeZone: store.time_zone, dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
  return [
    ...centred(store.name),
    ...(store.address ?? "").split("\n").filter(Boolean).flatMap(centred),
    "",
    isRefused ? "NO RECEIPT: THE SALE WAS REFUSED" : "PROVISIONAL RECEIPT",
    both("Till", `${till.name} ${sequence}`),
    both("Date", when),
    ...customer(shown.cart?.customer),
    RULE,
    ...shown.lines.flatMap(goods),
    RULE,
    ...(shown.discount_minor ? [both("Discount", money(-shown.discount_minor))] : []),
    ...(store.prices_include_tax ? [] : shown.taxes.map((tax) => both(`${tax.name} ${tax.rate} %`, money(tax.tax_minor)))),
    both("Total", money(shown.total_minor)),
    "",
    ...shown.tenders.map((one) => both(method(one.method), money(one.amount_minor))),
    ...(shown.change_minor ? [both("Change", money(shown.change_minor))] : []),
    ...(store.prices_include_tax ? shown.taxes.map((tax) => both(`incl. ${tax.name} ${tax.rate} %`, money(tax.tax_minor))) : []),
    "",
    ...(isRefused ? [] : centred("The invoice number follows.")),
    ...(store.receipt_footer ?? "").split("\n").filter(Boolean).flatMap(centred),
  ].join("\n");
}

const customer = (who) => (who ? [who.name, who.tax_id, who.address].filter(Boolean).flatMap((text, i) => wrapped(i ? text : `Customer: ${text}`)) : []);

function goods(line) {
  const many = `  ${quantity(line.quantity, line.decimals, line.unit)} × ${money(line.price)}`;
  return [...wrapped(line.name), both(many, money(line.amount_minor))];
}

function wrapped(text) {
  const lines = [];
  for (let left = text; left; left = left.slice(WIDTH)) lines.push(left.slice(0, WIDTH));
  return lines;
}

const centred = (text) => wrapped(text).map((line) => " ".repeat(Math.floor((WIDTH - line.length) / 2)) + line);
const both = (left, right) => left + " ".repeat(Math.max(1, WIDTH - left.length - right.length)) + right;

export function print(text) {
  document.getElementById("paper").textContent = text;
  window.print();
}

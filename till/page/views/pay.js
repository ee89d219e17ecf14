// Taking the money: cash with change, card, or some of each.

import { cart, isEmpty } from "../lib/cart.js";
import { ask, field, h, say, show } from "../lib/dom.js";
import { minorOf, money, notesAbove, plain } from "../lib/money.js";
import { canSend } from "../lib/net.js";
import { confirm, quote } from "../lib/quote.js";
import { isPaid, left, sell } from "../lib/sale.js";
import { till } from "../lib/till.js";
import { method } from "../lib/told.js";
import { showDone } from "./done.js";

const METHODS = ["cash", "card", "voucher"];

let isPaying = false;

// Once at a time, however often the key is pressed.
export async function pay() {
  if (isPaying || isEmpty()) return;
  isPaying = true;
  try {
    await paid();
  } catch (error) {
    await ask("Not sold", () => h("p", { role: "alert" }, `The sale could not be kept: ${error.message} The basket is still there. Give the money back, or try again.`));
  } finally {
    isPaying = false;
  }
}

async function paid() {
  if (canSend() && (quote.of !== cart || quote.by !== "server")) await confirm();
  if (!quote.amounts) return say(quote.refused ?? "The basket has no total yet.");
  const { amounts, by, of: basket } = quote;
  const tenders = await ask(`Pay ${money(amounts.total_minor)}`, (close) => new Desk(amounts.total_minor, by, close).root);
  if (!tenders) return;
  await showDone(await sell(basket, amounts, tenders));
}

class Desk {
  constructor(total, by, close) {
    Object.assign(this, { total, close, tenders: [] });
    this.amount = h("input", { id: "tendered", inputmode: "decimal", autocomplete: "off", autofocus: true });
    this.why = h("p", { class: "bad", role: "alert" });
    this.rest = h("div", {});
    const keys = h("div", { class: "buttons methods" }, METHODS.map((name, i) => h("button", { type: i ? "button" : "submit", class: i ? null : "primary", onclick: i ? () => this.take(name) : null }, method(name))));
    this.root = h("form", { class: "desk", onsubmit: (event) => (event.preventDefault(), this.take("cash")) }, this.rest, field("Amount", this.amount), this.why, keys, by === "till" && h("p", { class: "quiet" }, "Offline: the total is worked out by this till. The sale is kept, and sent when the network is back."));
    this.draw();
  }

  draw() {
    const rest = left(this.total, this.tenders);
    this.preset = plain(rest.exact);
    this.amount.value = this.preset;
    const rounded = rest.cash !== rest.exact && h("p", { class: "quiet" }, `In cash ${money(rest.cash)}`);
    const given = this.tenders.map((one, i) => h("li", {}, h("span", {}, method(one.method)), h("span", { class: "amount" }, money(one.amount_minor)), h("button", { type: "button", "aria-label": `Take back ${method(one.method)} ${money(one.amount_minor)}`, onclick: () => this.takeBack(i) }, "×")));
    const notes = notesAbove(rest.cash).map((minor) => h("button", { type: "button", class: "note-button", onclick: () => this.takeCash(minor) }, money(minor)));
    show(this.rest, given.length && h("ul", { class: "tenders" }, given), h("p", { class: "left" }, "Left to pay ", h("strong", {}, money(rest.exact))), rounded, h("div", { class: "buttons", role: "group", "aria-label": "Cash" }, notes));
    this.amount.select();
  }

  takeBack(index) {
    this.tenders.splice(index, 1);
    this.draw();
  }

  // What was not typed is what is left, in coins where it is cash.
  take(name) {
    const rest = left(this.total, this.tenders);
    const isPreset = this.amount.value === this.preset;
    const minor = isPreset ? (name === "cash" ? rest.cash : rest.exact) : minorOf(this.amount.value);
    const wrong = this.wrong(name, minor, rest);
    this.why.textContent = wrong ?? "";
    if (wrong) return this.amount.select();
    if (name === "cash") return this.takeCash(minor);
    if (minor) this.tenders.push({ method: name, amount_minor: minor });
    this.next();
  }

  takeCash(minor) {
    this.tenders.push({ method: "cash", amount_minor: minor });
    this.next();
  }

  wrong(name, minor, rest) {
    if (minor === null || minor < 0) return "Write an amount, such as 20.00.";
    if (name === "cash") return minor % till.store.cash_rounding_minor ? `The smallest coin is ${money(till.store.cash_rounding_minor)}.` : null;
    if (minor > rest.exact) return `${method(name)} takes ${money(rest.exact)} at most: only cash gives change.`;
    return minor || this.total === 0 ? null : "Write an amount above 0.";
  }

  next() {
    if (isPaid(this.total, this.tenders)) this.close(this.tenders.filter((one) => one.amount_minor));
    else this.draw();
  }
}

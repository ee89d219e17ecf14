// Goods come back: by the number on the receipt, and what goes back for them as the server works it out.

import { field, h, show } from "../lib/dom.js";
import { inCoins } from "../lib/amounts.js";
import { call, Unanswered } from "../lib/net.js";
import { money, quantity, plain, stepsOf } from "../lib/money.js";
import { submit } from "../lib/outbox.js";
import { nudge } from "../lib/sender.js";
import { mayReturn, till } from "../lib/till.js";
import { METHODS, refunds } from "../lib/told.js";
import { showDone } from "./done.js";

let place = null;

export function returnsView(view) {
  const number = h("input", { id: "number", autocomplete: "off", spellcheck: "false", required: true });
  place = h("section", { "aria-live": "polite" });
  const form = h("form", { class: "search", onsubmit: (event) => (event.preventDefault(), find(number.value.trim())) }, field("Number on the receipt", number, "The invoice number, or the order's."), h("button", { class: "primary" }, "Find"));
  show(view, h("h1", {}, "Returns"), mayReturn() ? null : h("p", { class: "note wait" }, `${till.name} may look receipts up. To take goods back it needs the role supervisor.`), form, place);
  number.focus();
}

const wrong = (text) => show(place, h("p", { class: "note bad", role: "alert" }, text));

async function find(number) {
  try {
    const name = /^\d+$/.test(number) ? "number" : "invoice_number";
    const answer = await call("GET", `/orders?${name}=${encodeURIComponent(number)}`);
    const order = answer.ok && answer.body.items[0];
    if (order) showOrder(order);
    else wrong(answer.ok ? `The store has no receipt ${number}.` : answer.body.detail);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    wrong("The server does not answer. A return needs it, to find the receipt.");
  }
}

const remaining = (line) => line.shipped_quantity - line.returned_quantity;

function showOrder(order) {
  const rows = order.lines.filter((line) => remaining(line) > 0).map((line) => new Row(line));
  const reason = h("input", { id: "reason", maxlength: 200, autocomplete: "off" });
  const by = h("select", { id: "by" }, h("option", { value: "" }, "As it was paid"), h("option", { value: "cash" }, METHODS.cash));
  const worth = h("p", { class: "worth", role: "status" });
  const body = () => ({ lines: rows.map((row) => row.asked()).filter(Boolean), ...(reason.value.trim() ? { reason: reason.value.trim() } : {}) });
  const work = { order, rows, worth, body, method: () => by.value };
  const form = h("form", { class: "card", oninput: () => foretell(work), onsubmit: (event) => (event.preventDefault(), giveBack(work)) },
    h("h2", {}, `${order.invoice_number ?? `Order ${order.number}`}, ${money(order.total_minor)}`),
    h("p", { class: "quiet" }, `${order.status}, ${order.lines.length} lines`),
    rows.length ? [rows.map((row) => row.root), field("Reason", reason), field("Give back", by), worth, h("button", { class: "primary", disabled: !mayReturn() }, "Take back")] : h("p", {}, "Nothing of it can come back."));
  show(place, form);
}

class Row {
  constructor(line) {
    this.line = line;
    this.many = h("input", { inputmode: "decimal", autocomplete: "off", value: plain(0, line.quantity_decimals) });
    this.damaged = h("input", { type: "checkbox" });
    const most = quantity(remaining(line), line.quantity_decimals, line.unit);
    this.root = h("fieldset", {}, h("legend", {}, line.name), field(`How many came back, of ${most}`, this.many), h("label", { class: "tick" }, this.damaged, " damaged"));
  }

  asked() {
    const steps = stepsOf(this.many.value, this.line.quantity_decimals);
    return steps > 0 ? { line_id: this.line.id, quantity: steps, condition: this.damaged.checked ? "damaged" : "sellable" } : null;
  }
}

// What would go back, or why it cannot. Asked again when it changes; a later answer to an earlier question is passed over.
async function foretell(work) {
  const asked = (work.asked = work.body());
  delete work.sure;
  if (!asked.lines.length || !mayReturn()) return void (work.worth.textContent = "");
  try {
    const [sure, { result, problem, outcome }] = await foretold(work, asked);
    if (work.asked !== asked) return;
    if (result) work.sure = sure;
    work.worth.textContent = result ? `Goes back: ${refunds(result) || "nothing"}.` : (problem?.detail ?? outcome.detail);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    work.worth.textContent = "The server does not answer.";
  }
}

// What is asked for, and what becomes of it. Of cash the server rounds all that went back so far, so that it may be a coin
// more or less than what goes back now comes to by itself.
async function foretold({ order, method }, asked) {
  const asPaid = await verdictOn(order, asked);
  const [minor, coin, by] = [asPaid.result?.refunded_minor, till.store.cash_rounding_minor, method()];
  if (!by || !minor) return [asked, asPaid];
  const nearest = inCoins(minor, coin);
  let refused = null;
  for (const amount of coin > 1 ? [nearest, nearest - coin, nearest + coin] : [nearest]) {
    const sure = { ...asked, refund_to: [{ method: by, amount_minor: Math.max(0, amount) }] };
    const verdict = await verdictOn(order, sure);
    if (verdict.result) return [sure, verdict];
    refused ??= [sure, verdict];
  }
  return refused;
}

async function verdictOn(order, body) {
  const answer = await call("POST", "/commands?dry_run=true", [{ key: crypto.randomUUID(), kind: "return", order_id: order.id, body }]);
  return answer.body.items?.[0] ?? { problem: answer.body };
}

async function giveBack(work) {
  await foretell(work);
  if (!work.sure) return void (work.worth.textContent ||= "Write how many came back.");
  const row = await submit({ kind: "return", order_id: work.order.id, body: work.sure });
  nudge();
  await showDone(row, "Return");
  if (place.isConnected) await find(work.order.invoice_number ?? String(work.order.number));
}

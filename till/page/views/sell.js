// The counter: find goods, fill the basket.

import { add, cart, clear, isEmpty, onCart, step } from "../lib/cart.js";
import { exact, labelled, search, size } from "../lib/catalogue.js";
import { lineAmount } from "../lib/amounts.js";
import { confirmed, field, h, isBusy, say, show } from "../lib/dom.js";
import { money, quantity } from "../lib/money.js";
import { asides, setAside } from "../lib/asides.js";
import { onQuote, quote } from "../lib/quote.js";
import { openAsides } from "./asides.js";
import { askCustomer } from "./customer.js";
import { askLine, askOrderDiscount, askQuantity } from "./line.js";
import { canScan, scan } from "./scan.js";
import { pay } from "./pay.js";

const KEYS = { F2: searchAnew, F4: putAside, F8: pay, F9: customer };
let parts = null;

export function sellView(view) {
  const query = h("input", { id: "query", type: "search", autocomplete: "off", spellcheck: "false", enterkeyhint: "go", "aria-keyshortcuts": "F2", oninput: drawFound, onkeydown: downToFound });
  parts = { query, found: h("ul", { id: "found", "aria-label": "Found products", onkeydown: alongFound }), basket: h("section", { id: "basket", "aria-label": "Basket" }) };
  const buttons = canScan() && h("button", { type: "button", onclick: scanned }, "Scan");
  const form = h("form", { class: "search", role: "search", onsubmit: chosen }, field("Product or barcode (F2)", query, "A name, SKU or barcode; 3*tea for three of it."), h("div", { class: "buttons" }, h("button", {}, "Add"), buttons));
  show(view, h("h1", { class: "unseen" }, "Sell"), h("div", { class: "counter" }, h("section", { "aria-label": "Products" }, form, parts.found), parts.basket));
  drawFound();
  draw();
  focusSearch();
}

export function followSell() {
  onCart(draw);
  onQuote(draw);
  addEventListener("keydown", shortcut);
}

const isShown = () => parts?.basket.isConnected;

function shortcut(event) {
  if (!isShown() || isBusy() || event.ctrlKey || event.altKey || event.metaKey) return;
  if (KEYS[event.key]) {
    event.preventDefault();
    KEYS[event.key]();
  } else if (event.key.length === 1 && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && event.key !== " ") {
    searchAnew(); // a scanner types wherever the focus is, and so does a cashier
  }
}

function focusSearch() {
  parts.query.focus();
}

// What stands there goes as soon as something is typed.
function searchAnew() {
  focusSearch();
  parts.query.select();
}

// "3*tea": how many of what.
function asked() {
  const found = /^\s*(\d{1,4})\s*[*x×]\s*(.*)$/.exec(parts.query.value);
  return found ? { times: Number(found[1]), text: found[2] } : { times: 1, text: parts.query.value };
}

function drawFound() {
  const { text } = asked();
  const found = search(text);
  show(parts.found, found.map((one) => h("li", {}, h("button", { type: "button", class: "product", onclick: () => take(one) }, h("span", {}, one.name), h("span", { class: "quiet" }, one.sku), h("span", { class: "amount" }, priceOf(one))))));
  if (!found.length) show(parts.found, h("li", { class: "quiet" }, size() ? "Nothing is called so." : "The products are being fetched."));
}

export const redrawFound = () => isShown() && drawFound();

const priceOf = (one) => money(one.price_minor) + (one.unit && one.unit !== "piece" ? ` / ${one.unit}` : "");

async function chosen(event) {
  event.preventDefault();
  const { times, text } = asked();
  if (!text.trim()) return;
  const label = exact(text) ? null : labelled(text);
  if (label) return await takeLabelled(label, times);
  const found = exact(text) ?? (search(text).length === 1 ? search(text)[0] : null);
  if (found) await take(found, times);
  else if (search(text).length) parts.found.querySelector("button").focus();
  else {
    parts.query.select(); // or the next barcode would be typed behind this one
    say(`Nothing is called ${text}.`);
  }
}

// The field is empty at once: a scanner may be typing the next one already.
async function take(product, times = asked().times) {
  parts.query.value = "";
  drawFound();
  const many = product.quantity_decimals ? await askQuantity(product) : times;
  if (!many) return;
  await add(product, many);
  if (!product.price_minor) await askLine(cart.lines.find((line) => line.sku === product.sku));
  focusSearch();
  say(`${product.name} added.`);
}

// Three with one label are three pieces of that price, or three of that weight.
async function takeLabelled({ product, quantity, price }, times) {
  parts.query.value = "";
  drawFound();
  await add(product, quantity * times, price);
  focusSearch();
  say(`${product.name} added.`);
}

async function scanned() {
  const code = await scan();
  if (!code) return;
  parts.query.value = code;
  drawFound();
  parts.query.form.requestSubmit();
}

function downToFound(event) {
  if (event.key !== "ArrowDown") return;
  event.preventDefault();
  parts.found.querySelector("button")?.focus();
}

function alongFound(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...parts.found.querySelectorAll("button")];
  const next = buttons.indexOf(document.activeElement) + step;
  (next < 0 ? parts.query : buttons[next])?.focus();
}

function draw() {
  if (!isShown()) return;
  const waiting = asides().length;
  show(parts.basket, h("h2", {}, "Basket"), isEmpty() ? h("p", { class: "quiet" }, "Nothing in it yet.") : h("ul", { class: "lines" }, cart.lines.map(lineOf)), totals(), buyer(), h("div", { class: "buttons" }, buttons(waiting)));
}

function lineOf(line, i) {
  const told = quote.of === cart ? quote.amounts?.lines[i] : null;
  const amount = told ? told.amount_minor - told.discount_minor : lineAmount(line.quantity, line.price, line.decimals);
  const counted = line.decimals
    ? h("span", { class: "many" }, quantity(line.quantity, line.decimals, line.unit))
    : h("span", { class: "many" }, h("button", { type: "button", "data-focus": `less ${line.id}`, "aria-label": `One ${line.name} less`, onclick: () => step(line.id, -1) }, "−"), h("output", {}, String(line.quantity)), h("button", { type: "button", "data-focus": `more ${line.id}`, "aria-label": `One ${line.name} more`, onclick: () => step(line.id, 1) }, "+"));
  return h("li", {}, h("button", { type: "button", class: "name", "data-focus": line.id, "aria-label": `Change ${line.name}`, onclick: () => askLine(line) }, line.name, line.discount && h("span", { class: "quiet" }, ` −${line.discount.percent ? `${line.discount.percent} %` : money(line.discount.minor)}`)), counted, h("span", { class: "amount" }, money(amount)));
}

function totals() {
  const { amounts: told, refused, by } = quote;
  if (isEmpty()) return null;
  if (refused) return h("p", { class: "note bad", role: "alert" }, refused);
  if (!told) return null;
  const row = (name, minor, strong) => h("div", { class: strong ? "total" : null }, h("dt", {}, name), h("dd", {}, money(minor)));
  return [
    h("dl", { class: "totals" }, told.discount_minor > 0 && row("Discount", -told.discount_minor), told.taxes.map((tax) => row(`${tax.name} ${tax.rate} %`, tax.tax_minor)), row("Total", told.total_minor, true)),
    h("p", { class: "quiet", id: "by" }, by === "server" ? "As the server says." : "Worked out by this till."),
  ];
}

const buyer = () => cart.customer && h("p", { class: "quiet" }, `For ${[cart.customer.name, cart.customer.tax_id].filter(Boolean).join(", ")}`);

function buttons(waiting) {
  return [
    h("button", { type: "button", class: "primary pay", "data-focus": "pay", disabled: isEmpty() || !quote.amounts, "aria-keyshortcuts": "F8", onclick: pay }, quote.amounts && !isEmpty() ? `Pay ${money(quote.amounts.total_minor)} (F8)` : "Pay (F8)"),
    h("button", { type: "button", "data-focus": "discount", disabled: isEmpty(), onclick: askOrderDiscount }, "Discount"),
    h("button", { type: "button", "data-focus": "customer", "aria-keyshortcuts": "F9", onclick: customer }, "Customer (F9)"),
    h("button", { type: "button", "data-focus": "aside", disabled: isEmpty(), "aria-keyshortcuts": "F4", onclick: putAside }, "Set aside (F4)"),
    h("button", { type: "button", "data-focus": "resume", disabled: !waiting, onclick: resumed }, `Resume (${waiting})${waiting && isEmpty() ? " (F4)" : ""}`),
    h("button", { type: "button", "data-focus": "empty", disabled: isEmpty(), onclick: empty }, "Empty"),
  ];
}

async function customer() {
  await askCustomer();
  focusSearch();
}

async function resumed() {
  await openAsides();
  focusSearch();
}

// Without a basket, one that waits comes back.
async function putAside() {
  if (isEmpty()) return asides().length ? await resumed() : null;
  await setAside();
  say("The basket was set aside.");
  focusSearch();
}

async function empty() {
  if (await confirmed("Empty the basket?", `${cart.lines.length} lines are taken out.`, "Empty it")) await clear();
  focusSearch();
}


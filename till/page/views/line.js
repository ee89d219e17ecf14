// How many, at which price, and what is taken off.

import { cart, change, discount, remove } from "../lib/cart.js";
import { ask, field, h } from "../lib/dom.js";
import { minorOf, plain, stepsOf } from "../lib/money.js";

const PERCENT = /^(100([.,]0{1,4})?|\d{1,2}([.,]\d{1,4})?)$/;

const typed = (id, value) => h("input", { id, value, inputmode: "decimal", autocomplete: "off" });

// A form in a dialog that is closed once what was typed can be read; else it says what is wrong.
function form(title, fields, read, more = () => []) {
  return ask(title, (close) => {
    const why = h("p", { class: "bad", role: "alert" });
    const taken = (event) => {
      event.preventDefault();
      const found = read();
      if (typeof found === "string") why.textContent = found;
      else close(found);
    };
    return h("form", { onsubmit: taken }, fields, why, h("div", { class: "buttons" }, more(close), h("button", { class: "primary" }, "OK")));
  });
}

// In the smallest steps, or null.
export function askQuantity(product) {
  const many = typed("many", "");
  const places = product.quantity_decimals;
  return form(product.name, [field(`How much (${product.unit})`, many, `With up to ${places} decimals.`)], () => positive(many.value, places));
}

function positive(text, places) {
  const steps = stepsOf(text, places);
  return steps && steps > 0 ? steps : `Write a number above 0${places ? `, with at most ${places} decimals` : ""}.`;
}

export async function askLine(line) {
  const many = typed("many", plain(line.quantity, line.decimals));
  const price = typed("price", plain(line.price));
  const off = discountFields(line.discount);
  const read = () => {
    const quantity = positive(many.value, line.decimals);
    const minor = minorOf(price.value);
    const given = off.read();
    if (typeof quantity === "string") return quantity;
    if (minor === null || minor < 0) return "Write the price as an amount, such as 3.49.";
    if (typeof given === "string") return given;
    return { quantity, price: minor, ownPrice: line.ownPrice || minor !== line.price, discount: given };
  };
  const out = (close) => h("button", { type: "button", class: "danger", onclick: () => close({ out: true }) }, "Take out");
  const found = await form(line.name, [field(line.decimals ? `How much (${line.unit})` : "How many", many), field("Price", price), ...off.fields], read, (close) => [out(close)]);
  if (found?.out) await remove(line.id);
  else if (found) await change(line.id, found);
}

export async function askOrderDiscount() {
  const off = discountFields(cart.discount);
  const found = await form("Discount on all of it", off.fields, () => {
    const given = off.read();
    return typeof given === "string" ? given : { given };
  });
  if (found) await discount(found.given);
}

// A percentage or an amount, not both; null where both are empty.
function discountFields(given) {
  const percent = typed("percent", given?.percent ?? "");
  const minor = typed("off", given?.minor ? plain(given.minor) : "");
  const read = () => {
    if (percent.value.trim() && minor.value.trim()) return "A discount is a percentage or an amount, not both.";
    if (percent.value.trim()) return PERCENT.test(percent.value.trim()) ? { percent: percent.value.trim().replace(",", ".") } : "Write a percentage from 0 to 100.";
    if (!minor.value.trim()) return null;
    const found = minorOf(minor.value);
    return found === null || found < 0 ? "Write the discount as an amount, such as 1.50." : { minor: found };
  };
  return { fields: [field("Discount in %", percent), field("or as an amount", minor)], read };
}

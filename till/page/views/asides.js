// Baskets that were set aside.

import { asides, resume } from "../lib/asides.js";
import { ask, h } from "../lib/dom.js";
import { amounts } from "../lib/amounts.js";
import { money } from "../lib/money.js";

export async function openAsides() {
  const waiting = asides();
  const chosen = await ask("Set aside", (close) => h("ul", { class: "rows" }, waiting.map((one, i) => h("li", {}, h("button", { type: "button", class: "row", autofocus: i === 0, onclick: () => close(one) }, h("span", {}, told(one)), h("span", { class: "amount" }, worth(one)))))));
  if (chosen) await resume(chosen);
}

function told({ at, cart }) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(new Date(at));
  return `${time}: ${cart.customer ? `${cart.customer.name}, ` : ""}${cart.lines.map((line) => line.name).join(", ")}`;
}

// Before tax where prices are without it: it is to tell them apart.
const worth = ({ cart }) => money(amounts(cart.lines, { discount: cart.discount }).total_minor ?? 0);

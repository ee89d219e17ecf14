// Who buys, where an invoice has to say so.

import { cart, sellTo } from "../lib/cart.js";
import { ask, field, h } from "../lib/dom.js";

const FIELDS = { name: ["Name", 200], tax_id: ["Tax number", 200], address: ["Address", 500] };

export async function askCustomer() {
  const inputs = Object.entries(FIELDS).map(([name, [, maxlength]]) => [name, h("input", { id: `customer-${name}`, value: cart.customer?.[name] ?? "", maxlength, autocomplete: "off" })]);
  const found = await ask("Customer", (close) => {
    const why = h("p", { class: "bad", role: "alert" });
    const taken = (event) => {
      event.preventDefault();
      const told = Object.fromEntries(inputs.map(([name, input]) => [name, input.value.trim().replace(/\s+/g, " ")]).filter(([, text]) => text));
      if (told.name) close({ told });
      else if (Object.keys(told).length) why.textContent = "Write the name, too.";
      else close({ told: null });
    };
    const none = cart.customer && h("button", { type: "button", onclick: () => close({ told: null }) }, "No customer");
    return h("form", { onsubmit: taken }, inputs.map(([name, input]) => field(FIELDS[name][0], input)), why, h("div", { class: "buttons" }, none, h("button", { class: "primary" }, "OK")));
  });
  if (found) await sellTo(found.told);
}

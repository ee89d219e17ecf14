// Which till this is, and what keeps it well: its code, its products, its release.

import { renew as renewProducts, size } from "../lib/catalogue.js";
import { field, h, say, show } from "../lib/dom.js";
import { net, now, Unanswered } from "../lib/net.js";
import { sendAgain } from "../lib/outbox.js";
import { nudge } from "../lib/sender.js";
import { renew as renewStore, till } from "../lib/till.js";
import { enrolForm } from "./enrol.js";

export function aboutView(view) {
  const { store } = till;
  const facts = [["Till", till.name], ["Role", till.role], ["Store", store.name], ["Currency", store.currency], ["Time zone", store.time_zone], ["Products", String(size())]];
  const fetched = h("button", { type: "button", onclick: fetchAnew }, "Fetch products and taxes anew");
  const form = enrolForm(() => location.reload(), { title: "Enrol again", words: `With a new code of ${till.name} its unsent sales go on. With the code of another till they wait until ${till.name} is back.` });
  show(view, h("h1", {}, "Till"), h("dl", { class: "card facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))), h("div", { class: "buttons" }, fetched), restoredForm(), net.keyEnded ? form : h("details", {}, h("summary", {}, "Enrol again"), form));
}

// For whoever looks after the server, after it went back in time: docs/backup.md.
function restoredForm() {
  const hours = h("input", { type: "number", min: 1, max: 744, required: true, value: 24, inputmode: "numeric" });
  const form = h("form", { class: "card", onsubmit: (event) => (event.preventDefault(), again(Number(hours.value))) }, h("p", {}, "What this till did is sent once more, under the same keys and with the numbers on its receipts. What the server still has happens no second time."), field("Hours back", hours, "At least to the time to which the server went back."), h("button", { class: "primary" }, "Send again"));
  return h("details", {}, h("summary", {}, "The server was restored"), form);
}

async function again(hours) {
  const count = await sendAgain(new Date(now() - hours * 3_600_000));
  nudge();
  say(count === 1 ? "1 is sent again." : `${count} are sent again.`);
}

async function fetchAnew() {
  try {
    await renewStore();
    await renewProducts();
    say("Products and taxes were fetched.");
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    say("The server does not answer.");
  }
}

// Which till this is, and what keeps it well: its code, its products, its release.

import { renew as renewProducts, size } from "../lib/catalogue.js";
import { h, say, show } from "../lib/dom.js";
import { net, Unanswered } from "../lib/net.js";
import { renew as renewStore, till } from "../lib/till.js";
import { enrolForm } from "./enrol.js";

export function aboutView(view) {
  const { store } = till;
  const facts = [["Till", till.name], ["Role", till.role], ["Store", store.name], ["Currency", store.currency], ["Time zone", store.time_zone], ["Products", String(size())]];
  const fetched = h("button", { type: "button", onclick: fetchAnew }, "Fetch products and taxes anew");
  const form = enrolForm(() => location.reload(), { title: "Enrol again", words: `With a new code of ${till.name} its unsent sales go on. With the code of another till they wait until ${till.name} is back.` });
  show(view, h("h1", {}, "Till"), h("dl", { class: "card facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))), h("div", { class: "buttons" }, fetched), net.keyEnded ? form : h("details", {}, h("summary", {}, "Enrol again"), form));
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

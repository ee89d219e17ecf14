// After the money: the change, what became of the sale, and its receipt.

import { ask, h, show } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { newest, onOutbox } from "../lib/outbox.js";
import { print, receipt } from "../lib/paper.js";
import { refunds, told } from "../lib/told.js";

// Follows one command in a dialog until it is closed.
export async function showDone(first, title = "Sold") {
  let row = first;
  const state = h("p", { class: "state", role: "status" });
  const paper = h("pre", { class: "receipt", tabindex: "0", "aria-label": "Receipt" });
  const printed = h("button", { type: "button", onclick: () => print(paper.textContent) }, "Print");
  const draw = async () => {
    const { mark, words, todo } = told(row);
    state.className = `state ${mark}`;
    show(state, h("strong", {}, words), todo && ` ${todo}`, row.command?.result?.refunds && ` Give back ${refunds(row.command.result)}.`);
    if (row.shown) paper.textContent = (await receipt(row)).text;
  };
  const stop = onOutbox(async () => {
    row = (await newest()).find((one) => one.sequence === first.sequence) ?? row;
    await draw();
  });
  draw();
  // The next customer's first barcode is no click: what is typed goes on to the search, unless this sale needs a look.
  const onward = (close) => ({ key, ctrlKey, altKey, metaKey }) => {
    if (key.length === 1 && key !== " " && !ctrlKey && !altKey && !metaKey && told(row).mark !== "bad") close();
  };
  await ask(title, (close) => h("div", { onkeydown: onward(close) },
    row.shown?.change_minor !== undefined && h("p", { class: "change" }, "Change ", h("strong", {}, money(row.shown.change_minor))),
    state,
    paper,
    h("div", { class: "buttons" }, printed, h("button", { type: "button", class: "primary", autofocus: true, onclick: () => close() }, "Next (Enter)")),
  ), { wide: true, onclose: stop });
}

// All that this till did, the newest first, each with its true state.

import { act } from "../lib/sale.js";
import { dealtWith, needsCashier, newest, onOutbox, refused } from "../lib/outbox.js";
import { h, say, show } from "../lib/dom.js";
import { KINDS, told } from "../lib/told.js";
import { money } from "../lib/money.js";
import { showDone } from "./done.js";

const ACTS = { again: "Send again", record: "Record the sale", anew: "Back to the basket", retime: "Send with the right time" };
let list = null;

export async function salesView(view) {
  list = h("ul", { class: "rows" });
  show(view, h("h1", {}, "Sales"), h("p", { class: "quiet" }, "What this till did in the last month. What is open is sent by itself."), list);
  await draw();
}

export const followSales = () => onOutbox(draw);

async function draw() {
  if (!list?.isConnected) return;
  const last = await newest();
  const older = (await refused()).filter((row) => row.sequence < (last.at(-1)?.sequence ?? 0));
  const rows = [...older, ...last];
  show(list, rows.length ? rows.map(entry) : h("li", { class: "quiet" }, "Nothing was sold here yet."));
}

function entry(row) {
  const { mark, words, todo, acts } = told(row);
  const when = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" }).format(new Date(row.made_at));
  const amount = row.shown?.total_minor;
  return h("li", { class: `entry ${mark}`, "data-sequence": row.sequence },
    h("div", { class: "about" }, h("strong", {}, `${row.sequence} ${KINDS[row.kind] ?? row.kind}`), h("span", {}, when), amount !== undefined && h("span", { class: "amount" }, money(amount))),
    h("p", { class: "state" }, words),
    todo && h("p", { class: "todo" }, todo),
    h("div", { class: "buttons" }, row.shown && row.kind === "pay" && button(row, "Receipt", () => showDone(row, "Receipt")), acts.map((name) => button(row, ACTS[name], () => chosen(row, name))), needsCashier(row) && button(row, "Dealt with", () => dealtWith(row))),
  );
}

const button = (row, name, onclick) => h("button", { type: "button", "data-focus": `${row.sequence} ${name}`, onclick }, name);

async function chosen(row, name) {
  try {
    await act(row, name);
    if (name === "anew") location.hash = "#sell";
  } catch (error) {
    say(error.message);
  }
}

// The drawer: opened with a float, moved, and closed with what was counted.

import { field, h, show } from "../lib/dom.js";
import { call, Unanswered } from "../lib/net.js";
import { minorOf, money, placeholder } from "../lib/money.js";
import { newest, onOutbox, submit, unsettled } from "../lib/outbox.js";
import { nudge } from "../lib/sender.js";
import { METHODS, told } from "../lib/told.js";

const KINDS = new Set(["drawer_open", "drawer_movement", "drawer_close"]);
let place = null;
let shownAt = null;

export async function drawerView(view) {
  place = h("div", { class: "cards" });
  shownAt = null;
  show(view, h("h1", {}, "Drawer"), place);
  await draw();
}

export const followDrawer = () => onOutbox(draw);

// Drawn anew when a command of the drawer comes or ends, and not while somebody types for another reason.
async function draw() {
  if (!place?.isConnected) return;
  const last = (await newest()).find((row) => KINDS.has(row.kind));
  const at = `${last?.sequence} ${last?.state}`;
  if (at === shownAt) return;
  shownAt = at;
  const open = (await unsettled()).some((row) => KINDS.has(row.kind));
  const drawer = open ? null : await asked();
  show(place, last && status(last), last?.command?.result?.closing && closing(last.command.result.closing), open ? null : drawer === undefined ? [openForm(), moveForm(), closeForm()] : drawer ? [figures(drawer), moveForm(), closeForm()] : openForm());
}

// The open drawer; null where none is open, undefined where nobody can tell.
async function asked() {
  try {
    const answer = await call("GET", "/drawer");
    return answer.ok ? answer.body : answer.status === 404 ? null : undefined;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return undefined;
  }
}

function status(row) {
  const { mark, words, todo } = told(row);
  const name = { drawer_open: "Opening", drawer_movement: "Movement", drawer_close: "Closing" }[row.kind];
  return h("p", { class: `state ${mark}`, role: "status" }, h("strong", {}, `${name}: ${words}. `), todo);
}

const table = (title, rows, heads) => h("table", {}, h("caption", {}, title), h("thead", {}, h("tr", {}, heads.map((head, i) => h("th", { scope: "col", class: i ? "amount" : null }, head)))), h("tbody", {}, rows));
const cell = (minor) => h("td", { class: "amount" }, minor === null ? h("span", { "aria-label": "not counted", role: "img" }, "–") : money(minor));

function figures(drawer) {
  const rows = drawer.methods.map((one) => h("tr", {}, h("th", { scope: "row" }, METHODS[one.method]), cell(one.expected_minor)));
  return h("section", { class: "card" }, h("h2", {}, "Open"), h("p", {}, `${drawer.sales.count} sales, ${money(drawer.sales.total_minor)}; ${drawer.refunds.count} refunds, ${money(drawer.refunds.total_minor)}.`), table("What should be in it", rows, ["Method", "Expected"]));
}

function closing(one) {
  const rows = one.methods.map((by) => h("tr", {}, h("th", { scope: "row" }, METHODS[by.method]), cell(by.expected_minor), cell(by.counted_minor), cell(by.difference_minor)));
  return h("section", { class: "card" }, h("h2", {}, `Closing ${one.number}`), h("p", {}, `${one.sales.count} sales, ${money(one.sales.total_minor)}; ${one.refunds.count} refunds, ${money(one.refunds.total_minor)}.`), table("What was counted", rows, ["Method", "Expected", "Counted", "Off by"]));
}

const amount = (id) => h("input", { id, inputmode: "decimal", autocomplete: "off", placeholder: placeholder(), required: true });

function drawerForm(title, fields, button, read) {
  const why = h("p", { class: "bad", role: "alert" });
  const onsubmit = async (event) => {
    event.preventDefault();
    const found = read();
    if (typeof found === "string") return void (why.textContent = found);
    await submit(found);
    nudge();
  };
  return h("form", { class: "card", onsubmit }, h("h2", {}, title), fields, why, h("button", { class: "primary" }, button));
}

const BAD = "Write an amount, such as 100.00.";

function openForm() {
  const float = amount("float");
  return drawerForm("Open the drawer", field("Cash in it now", float), "Open", () => {
    const minor = minorOf(float.value);
    return minor === null || minor < 0 ? BAD : { kind: "drawer_open", body: { float_minor: minor } };
  });
}

function moveForm() {
  const moved = amount("moved");
  const way = h("select", { id: "way" }, h("option", { value: "out" }, "Taken out"), h("option", { value: "in" }, "Put in"));
  const why = h("input", { id: "why", required: true, maxlength: 200, autocomplete: "off" });
  return drawerForm("Move cash", [field("Which way", way), field("Amount", moved), field("Why", why)], "Move", () => {
    const minor = minorOf(moved.value);
    if (minor === null || minor < 0) return BAD;
    return { kind: "drawer_movement", body: { amount_minor: way.value === "out" ? -minor : minor, reason: why.value.trim() } };
  });
}

function closeForm() {
  const cash = amount("counted");
  const card = h("input", { id: "counted-card", inputmode: "decimal", autocomplete: "off" });
  return drawerForm("Close the drawer", [field("Cash counted", cash), field("Card slips, if counted", card)], "Close", () => {
    const minor = minorOf(cash.value);
    const slips = card.value.trim() ? minorOf(card.value) : undefined;
    if (minor === null || minor < 0 || slips === null || slips < 0) return BAD;
    const counted = [{ method: "cash", amount_minor: minor }, ...(slips === undefined ? [] : [{ method: "card", amount_minor: slips }])];
    return { kind: "drawer_close", body: { counted } };
  });
}

// The bar at the top: where one is, and whether sales arrive.

import { byId, confirmed, h, show } from "../lib/dom.js";
import { isClockWrong, net, onNet } from "../lib/net.js";
import { ofOthers, onOutbox, refused, takeOver, unsettled } from "../lib/outbox.js";
import { nudge } from "../lib/sender.js";
import { till } from "../lib/till.js";

const PAGES = [["#sell", "Sell"], ["#sales", "Sales"], ["#returns", "Returns"], ["#drawer", "Drawer"], ["#till", "Till"]];
let counts = { unsent: 0, refused: 0, others: {} };

export function followBar() {
  onNet(draw);
  onOutbox(recount);
  addEventListener("hashchange", draw);
  recount();
}

export async function recount() {
  counts = { unsent: (await unsettled()).length, refused: (await refused()).length, others: await ofOthers() };
  draw();
}

function draw() {
  if (!till.id) return;
  const here = location.hash || "#sell";
  const links = PAGES.map(([to, name]) => h("a", { href: to, "data-focus": to, "aria-current": here.startsWith(to) ? "page" : null }, name, to === "#sales" && badge()));
  show(byId("bar"), h("strong", { class: "store" }, till.store.name), h("nav", { "aria-label": "Pages" }, links), h("span", { class: "who" }, till.name), network());
  show(byId("notes"), notes());
}

function badge() {
  if (counts.refused) return h("span", { class: "badge bad" }, `${counts.refused} refused`);
  return counts.unsent ? h("span", { class: "badge wait" }, `${counts.unsent} open`) : null;
}

function network() {
  const [mark, words] = net.keyEnded ? ["bad", "Key ended"] : net.isUp ? ["good", "Online"] : ["wait", "Offline: sales are kept"];
  return h("span", { class: `network ${mark}`, role: "status" }, words);
}

function notes() {
  return [
    net.keyEnded && h("p", { class: "note bad", role: "alert" }, `${net.keyEnded} Sales are kept here. Ask the back office for a new code of ${till.name}, or of another till if it was revoked, `, h("a", { href: "#till" }, "then enrol again"), "."),
    Object.entries(counts.others).map(([name, many]) => h("p", { class: "note wait", role: "status" }, `${many === 1 ? "1 sale" : `${many} sales`} of ${name} ${many === 1 ? "waits" : "wait"}: enrol this browser as ${name} again to send ${many === 1 ? "it" : "them"}. `, h("button", { type: "button", "data-focus": "take over", onclick: () => asMine(name) }, `${name} was revoked`))),
    isClockWrong() && h("p", { class: "note wait", role: "status" }, `${clock()} Sales bear the server's time. Set the clock of this device right.`),
  ];
}

async function asMine(name) {
  const words = `A revoked till gets no code any more. Its sales are then sent as those of ${till.name}. Do this only if ${name} was revoked.`;
  if (!(await confirmed(`Was ${name} revoked?`, words, "Send its sales"))) return;
  await takeOver();
  nudge();
}

function clock() {
  const minutes = Math.round(Math.abs(net.clockMs) / 60_000);
  const much = minutes >= 120 ? `${Math.round(minutes / 60)} hours` : `${minutes} minutes`;
  return `This device's clock is ${much} ${net.clockMs > 0 ? "slow" : "fast"}.`;
}

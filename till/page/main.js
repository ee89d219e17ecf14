// The till begins: one tab is it, it remembers what it was doing, shows it, and sends what was not sent.

import * as asides from "./lib/asides.js";
import * as cart from "./lib/cart.js";
import * as catalogue from "./lib/catalogue.js";
import { byId, h, say, show } from "./lib/dom.js";
import { net, noteNetwork, onNet, Unanswered } from "./lib/net.js";
import { forgetOld } from "./lib/outbox.js";
import { own, owner } from "./lib/owner.js";
import { follow, requote } from "./lib/quote.js";
import { keepRelease } from "./lib/release.js";
import { nudge, run } from "./lib/sender.js";
import { keep } from "./lib/store.js";
import * as tills from "./lib/till.js";
import { aboutView } from "./views/about.js";
import { followBar } from "./views/bar.js";
import { drawerView, followDrawer } from "./views/drawer.js";
import { enrolled } from "./views/enrol.js";
import { returnsView } from "./views/returns.js";
import { followSales, salesView } from "./views/sales.js";
import { followSell, redrawFound, sellView } from "./views/sell.js";

const VIEWS = { "#sell": sellView, "#sales": salesView, "#returns": returnsView, "#drawer": drawerView, "#till": aboutView };
const RENEW_MS = 10 * 60 * 1_000;
const view = byId("view");

const lacks = [
  [window.isSecureContext, "The till works over HTTPS only, or on this very machine at 127.0.0.1."],
  ["indexedDB" in window && "locks" in navigator && "randomUUID" in crypto, "This browser is too old for the till."],
].find(([has]) => !has);

function stopped(title, words, ...more) {
  document.querySelectorAll("dialog").forEach((dialog) => dialog.close());
  show(byId("bar"));
  show(view, h("div", { class: "card" }, h("h1", {}, title), h("p", {}, words), more));
}

const lost = () => stopped("The till is in another tab", "This tab sells nothing any more. Close it, or reload it to ask for the till again.");

const waits = () => {
  const here = () => own({ steal: true, onLost: lost }).then(begin);
  stopped("The till is open in another tab", "One tab is the till. Go on there, or take it over here: what was not sent goes with it.", h("button", { type: "button", class: "primary", onclick: here }, "Take it over"));
};

let hasBegun = false;

async function begin() {
  if (hasBegun) return;
  hasBegun = true;
  noteNetwork();
  await navigator.storage?.persist?.();
  if (!(await tills.remember())) {
    await enrolled(view);
    await fetched();
  }
  await Promise.all([cart.remember(), asides.remember(), catalogue.remember()]);
  onNet(({ clockMs, keyEnded }) => owner.is && (keep("clock", clockMs), keyEnded && nudge()));
  follow();
  for (const one of [followBar, followSell, followSales, followDrawer]) one();
  addEventListener("hashchange", route);
  route();
  forgetOld();
  run();
  fetched();
  setInterval(() => owner.is && net.isUp && fetched(), RENEW_MS);
}

// Products, taxes and the store as they are now; without a network as they were.
async function fetched() {
  try {
    await tills.renew();
    if (await catalogue.renew()) redrawFound();
    requote();
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
  }
}

function route() {
  if (!owner.is) return;
  say("");
  const name = Object.keys(VIEWS).find((hash) => location.hash === hash) ?? "#sell";
  document.title = `${name.slice(1, 2).toUpperCase()}${name.slice(2)} · Till`;
  VIEWS[name](view);
  if (document.activeElement === document.body) view.focus();
}

function newRelease(take) {
  say("A new release of the till is ready.");
  byId("release")?.remove();
  document.body.append(h("p", { id: "release", class: "note good", role: "status" }, "A new release is ready. ", h("button", { type: "button", onclick: take }, "Begin anew with it")));
}

addEventListener("unhandledrejection", ({ reason }) => say(`Something went wrong: ${reason?.message ?? reason}`));
keepRelease(newRelease).catch(() => {});
if (lacks) stopped("The till cannot begin", lacks[1]);
else own({ onWait: waits, onLost: lost }).then(begin);

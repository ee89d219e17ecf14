// Which till this browser is: its key, its store, and what the store decides for all its sales.

import { call, net, startClock, useKey } from "./net.js";
import { speak } from "./money.js";
import { done, fact, keep, within } from "./store.js";

export const till = { id: null, name: "", role: "", store: null, taxes: [] };
export const MAY_SELL = new Set(["pos", "supervisor", "backoffice"]);
export const mayReturn = () => till.role === "supervisor" || till.role === "backoffice";

// Whether this browser is a till already.
export async function remember() {
  const known = await fact("till");
  startClock((await fact("clock")) ?? 0);
  if (!known) return false;
  become(known);
  return true;
}

function become({ key, ...known }) {
  Object.assign(till, known);
  useKey(key);
  speak(till.store);
}

// null, or why not, in words. The key is kept before anything is done with it: the code is good once.
export async function enrol(code) {
  const answer = await call("POST", "/terminals/enrol", { code: code.trim() }, { key: null });
  if (answer.status === 401) return "This code is unknown, used or too old. Ask the back office for a new one.";
  if (answer.status === 429) return "Too many wrong codes came from here. Wait a minute, then try again.";
  if (!answer.ok) return answer.body.detail ?? "The server refused the code.";
  const { key, name, role } = answer.body;
  if (!MAY_SELL.has(role)) return `This code is for ${name}, whose role ${role} may not sell. Ask for the code of a till.`;
  await keep("key", key);
  return await learn(key);
}

// A key whose answer came, but whose till was not read: the browser was closed in between.
export async function resume() {
  const key = await fact("key");
  return key && !till.id ? learn(key) : "No key";
}

async function learn(key) {
  const [me, store] = [await call("GET", "/terminals/me", undefined, { key }), await call("GET", "/store", undefined, { key })];
  if (!me.ok || !store.ok) return "The server did not tell which till this is. Try again.";
  const { id, name, role } = me.body;
  const taxes = await call("GET", "/taxes?limit=200", undefined, { key });
  const last = await lastSequence(id, key);
  const known = { key, id, name, role, store: store.body, taxes: taxes.ok ? taxes.body.items : [] };
  await within(["facts"], async ({ facts }) => {
    await done(facts.put(known, "till"));
    const counted = (await done(facts.get(`sequence ${id}`))) ?? 0;
    await done(facts.put(Math.max(counted, last), `sequence ${id}`));
  });
  become(known);
  return null;
}

// The till's own count goes on where the server knows it to be, also in a new browser.
async function lastSequence(id, key) {
  const answer = await call("GET", "/terminals/me/gaps?limit=1", undefined, { key });
  return answer.ok ? (answer.body.last_sequence ?? 0) : 0;
}

// What the store decides, anew. A key that came while the server was lost in mid-enrolment is made use of.
export async function renew() {
  const key = await fact("key");
  if (key !== net.key) return void (await learn(key));
  const [store, taxes] = [await call("GET", "/store"), await call("GET", "/taxes?limit=200")];
  if (!store.ok || !taxes.ok) return;
  const known = { ...till, store: store.body, taxes: taxes.body.items, key: net.key };
  await keep("till", known);
  become(known);
}

// The rate of the day, as the store cuts its days; the first one also holds for all days before.
export function taxOn(code, at) {
  const tax = till.taxes.find((one) => one.code === code);
  if (!tax) return null;
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: till.store.time_zone, dateStyle: "short" }).format(at);
  const begun = tax.rates.filter((one) => one.valid_from <= day);
  return { code, name: tax.name, rate: (begun.at(-1) ?? tax.rates[0]).rate };
}

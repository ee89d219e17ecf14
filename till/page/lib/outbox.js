// Commands, kept with their keys, numbers and times before they are sent, until they are final and after.

import { owner } from "./owner.js";
import { allOpen, done, drop, newestCommands, openCommands, within } from "./store.js";
import { now } from "./net.js";
import { till } from "./till.js";

const KEPT_DAYS = 31;
const OPEN = 1;
const REFUSED = 2;
const TAKEN = new Set(["pending", "awaiting", "parked", "succeeded"]);
export const FINAL = new Set(["succeeded", "rejected", "dismissed", "refused"]);
const listeners = new Set();
// Gives back how to stop listening.
export function onOutbox(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export const told = () => listeners.forEach((listener) => listener());

export class NotTheTill extends Error {}

// Keeps a command under the till's next number. When this resolves, it is on the disk; what else is passed as `facts`
// (the basket that it empties) is written in the same step.
export async function submit({ kind, order = null, order_id = null, body, shown = null, replaces = null }, facts = {}) {
  if (!owner.is) throw new NotTheTill("Another tab is the till now.");
  const row = await within(["facts", "commands"], async (stores) => {
    const sequence = ((await done(stores.facts.get(`sequence ${till.id}`))) ?? 0) + 1;
    const kept = { terminal: till.id, till: till.name, sequence, key: `${sequence}-${crypto.randomUUID()}`, kind, order, order_id, body, shown, made_at: now().toISOString(), state: "unsent", open: OPEN, command: null, problem: null };
    await done(stores.facts.put(sequence, `sequence ${till.id}`));
    await done(stores.commands.add(kept));
    for (const [key, value] of Object.entries(facts)) await done(stores.facts.put(value, key));
    if (replaces) await settleReplaced(stores.commands, replaces, sequence);
    return kept;
  });
  told();
  return row;
}

async function settleReplaced(commands, replaces, sequence) {
  const before = await done(commands.get(replaces));
  if (before) await done(commands.put(closed({ ...before, noted: sequence })));
}

// As an item of a bulk request: the same bytes every time, until it was answered and is sent again.
export function asItem({ key, sequence, kind, order, order_id, body, printed }) {
  return { key, sequence, kind, ...(order ? { order } : {}), ...(order_id ? { order_id } : {}), body: { ...body, ...(printed ? { printed_number: printed } : {}) } };
}

// What was taken since then goes to the server once more, which was restored: under its keys, and with the number that its
// receipt may bear. What was rejected does not: today it might not be. Gives how many.
export async function sendAgain(since) {
  const taken = (await newest(100_000)).filter((row) => row.made_at >= since.toISOString() && TAKEN.has(row.state));
  await within(["commands"], async ({ commands }) => {
    for (const row of taken) {
      const { invoice_number, credit_note_number } = row.command?.result ?? {};
      await done(commands.put({ ...row, state: "unsent", open: OPEN, printed: invoice_number ?? credit_note_number ?? row.printed ?? null }));
    }
  });
  told();
  return taken.length;
}

// Sales of a till that this browser was, and that will never get a key again, become this till's. Their orders keep their
// ids: what had arrived after all is refused as paid, and nothing is sold twice.
export async function takeOver() {
  const theirs = (await allOpen()).filter((row) => row.terminal !== till.id && row.open === OPEN && row.kind === "pay" && row.order);
  for (const { order, body, shown, terminal, sequence } of theirs) {
    await submit({ kind: "pay", order, body, shown, replaces: [terminal, sequence] });
  }
}

// What the server said of a command. What is final stays as it is, whoever else hears something older.
export async function note(row, facts) {
  const kept = await within(["commands"], async ({ commands }) => {
    const before = await done(commands.get([row.terminal, row.sequence]));
    if (!before || FINAL.has(before.state)) return before;
    const after = { ...before, ...facts };
    if (after.state === "succeeded") delete after.open;
    else if (FINAL.has(after.state)) after.open = REFUSED;
    await done(commands.put(after));
    return after;
  });
  told();
  return kept;
}

// The cashier has seen a refusal and dealt with it.
export async function dealtWith(row) {
  await within(["commands"], async ({ commands }) => {
    const before = await done(commands.get([row.terminal, row.sequence]));
    await done(commands.put(closed({ ...before, noted: true })));
  });
  told();
}

function closed({ open: _, ...row }) {
  return row;
}

export const unsettled = () => openCommands(till.id, OPEN);
export const refused = () => openCommands(till.id, REFUSED);
// What waits for the key of another till that this browser was: {name: how many}.
export async function ofOthers() {
  const counts = {};
  for (const row of await allOpen()) if (row.terminal !== till.id && row.open === OPEN) counts[row.till] = (counts[row.till] ?? 0) + 1;
  return counts;
}
export const newest = (limit = 200) => newestCommands(till.id, limit);
export const needsCashier = (row) => row.open === REFUSED;

// What was settled a month ago is forgotten here; the server keeps it.
export async function forgetOld() {
  const since = new Date(now() - KEPT_DAYS * 86_400_000).toISOString();
  for (const row of await newest(100_000)) {
    if (row.made_at < since && FINAL.has(row.state) && !needsCashier(row)) await drop("commands", [row.terminal, row.sequence]);
  }
}

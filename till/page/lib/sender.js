// Sends what is kept, in its order and under its keys, until it is final. Sent twice it is the same command.

import { backInMs, call, net, onNet, Unanswered } from "./net.js";
import { asItem, FINAL, note, unsettled } from "./outbox.js";
import { owner } from "./owner.js";

const ITEMS_MAX = 100;
const BYTES_MAX = 400_000;
const WAIT_S = 5;
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
// Of a request that is refused as a whole for what it brings. Any other refusal says nothing of it, nor whether it has
// arrived before: whoever took a sale for refused might sell it twice.
const OF_COMMANDS = new Set(["body_too_large", "malformed_json", "validation_failed"]);
const FOLLOW_MS = [300, 1_000, 2_000, 5_000, 10_000];

let wake = () => {};
let nudges = 0;
let failures = 0;
let follows = 0;
let notBefore = 0;

// There is something to send, or the network is back.
export function nudge() {
  nudges += 1;
  failures = 0;
  follows = 0;
  wake();
}

export async function run() {
  onNet(({ isUp }) => isUp && nudge());
  while (owner.is) {
    const heard = nudges;
    const pause = await round().catch((error) => (error instanceof Unanswered ? unanswered(error) : raised(error)));
    // What came while it looked may have come too late for that look.
    if (pause !== 0 && heard === nudges) await slept(pause);
  }
}

function raised(error) {
  console.error(error);
  return PAUSES_MS.at(-1);
}

const unanswered = ({ backInMs }) => Math.max(pauseAfter(failures++), comeBack(backInMs));

// Nobody calls before then, whatever there is to send meanwhile: each such call makes the server busier.
function comeBack(inMs) {
  notBefore = performance.now() + inMs;
  return inMs;
}

const pauseAfter = (count) => PAUSES_MS[Math.min(count, PAUSES_MS.length - 1)] * (0.75 + Math.random() / 2);

function slept(ms) {
  return new Promise((resolve) => {
    const timer = ms === null ? null : setTimeout(resolve, ms);
    wake = () => (clearTimeout(timer), resolve());
  });
}

// How long to pause then, in ms; null: until there is something to do.
async function round() {
  const open = await unsettled();
  if (!open.length || !net.key || net.keyEnded) return null;
  if (notBefore > performance.now()) return notBefore - performance.now();
  const unsent = open.filter((row) => row.state === "unsent");
  if (unsent.length) return await send(fitting(unsent));
  await follow(open);
  return FOLLOW_MS[Math.min(follows++, FOLLOW_MS.length - 1)];
}

function fitting(rows) {
  let bytes = 0;
  const found = rows.slice(0, ITEMS_MAX).filter((row) => (bytes += JSON.stringify(asItem(row)).length) <= BYTES_MAX);
  return found.length ? found : rows.slice(0, 1);
}

async function send(rows) {
  const answer = await call("POST", "/commands", rows.map(asItem), { wait: WAIT_S });
  failures = 0;
  follows = 0;
  if (answer.status === 429) return comeBack(backInMs(answer.headers) || 1_000);
  if (answer.status === 401) return null;
  if (!answer.ok && !OF_COMMANDS.has(answer.body?.code)) throw new Unanswered(answer.body?.detail);
  if (!answer.ok) return await refusedAsAWhole(rows, answer.body);
  for (const item of answer.body.items) await noteItem(rows[item.index], item);
  return 0;
}

// What cannot be taken as a whole is sent one by one, so that one bad command keeps no other back.
async function refusedAsAWhole(rows, problem) {
  if (rows.length > 1) {
    for (const row of rows) await send([row]);
  } else await note(rows[0], { state: "refused", problem });
  return 0;
}

async function noteItem(row, item) {
  if (item.status === "refused") return await note(row, { state: "refused", problem: item.problem });
  if (item.command) return await noteCommand(row, item.command);
  await note(row, { state: "pending", command: { id: item.command_id, order_id: item.order_id } });
}

const noteCommand = (row, command) => note(row, { state: command.state, command, problem: null });

// What became of commands that were taken. One that the server does not know is sent again: it was restored to before.
async function follow(rows) {
  const asked = rows.slice(0, ITEMS_MAX);
  const answer = await call("POST", "/commands/lookup", { keys: asked.map((row) => row.key) });
  if (answer.status === 422 && asked.length > 1) {
    for (const row of asked) await follow([row]);
    return;
  }
  if (!answer.ok) return;
  for (const [index, { command }] of answer.body.items.entries()) {
    if (command === null) await note(asked[index], { state: "unsent" });
    else if (FINAL.has(command.state) || differs(asked[index].command, command)) await noteCommand(asked[index], command);
  }
}

const differs = (before, after) => before?.state !== after.state || before?.detail !== after.detail;

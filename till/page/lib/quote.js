// What the basket comes to: as the server says where it answers, as the till works it out where it does not.

import { asQuestion, cart, isEmpty, onCart, replace, worked } from "./cart.js";
import { call, canSend, now, Unanswered } from "./net.js";

const PAUSE_MS = 200;
export let quote = { of: null, by: null, amounts: null, refused: null };
const listeners = new Set();
export const onQuote = (listener) => listeners.add(listener);
let pause = null;

function tell(next) {
  quote = next;
  listeners.forEach((listener) => listener(quote));
}

export function follow() {
  onCart(() => requote());
  requote();
}

// At once by the till, then by the server.
export function requote() {
  clearTimeout(pause);
  if (isEmpty()) return tell({ of: cart, by: null, amounts: null, refused: null });
  const own = worked(now());
  if (own.too_large !== undefined) return tell({ of: cart, by: "till", amounts: null, refused: "The discount is more than the price." });
  tell({ of: cart, by: "till", amounts: own, refused: null });
  if (canSend()) pause = setTimeout(() => confirm(), PAUSE_MS);
}

// The server's word on the basket as it is now; false where there is none.
export async function confirm() {
  clearTimeout(pause);
  const asked = cart;
  if (isEmpty()) return false;
  try {
    const answer = await call("POST", "/orders?dry_run=true", asQuestion(), { patience: 5_000 });
    if (cart !== asked) return quote.of === cart && quote.by === "server";
    if ([401, 429].includes(answer.status) || answer.status >= 500) return false;
    if (!answer.ok) return tell({ of: cart, by: "server", amounts: null, refused: inWords(answer.body) }) ?? true;
    return take(asked, answer.body);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    return false;
  }
}

// The basket takes on the prices that the server names: for these it is sold.
function take(asked, told) {
  const differs = told.lines.some((line, i) => line.unit_price_minor !== asked.lines[i].price);
  if (differs) {
    const lines = asked.lines.map((line, i) => ({ ...line, price: told.lines[i].unit_price_minor }));
    replace({ ...asked, lines });
    clearTimeout(pause);
  }
  tell({ of: cart, by: "server", amounts: told, refused: null });
  return true;
}

function inWords(problem) {
  return problem.errors?.[0]?.detail ?? problem.detail ?? "The server refuses this basket.";
}

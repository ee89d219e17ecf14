// Calls of Ringup's HTTP API. Whoever calls is told of an answer, or that there was none.

const ROOT = "/api/v1";
const PATIENCE_MS = 20_000;
const CLOCK_OFF_MS = 120_000;
const BACK_MAX_MS = 30_000;

// No answer: whether the server got the call is not known. `backInMs`: when to come back, where that was said.
export class Unanswered extends Error {
  constructor(message, { backInMs = 0 } = {}) {
    super(message);
    this.backInMs = backInMs;
  }
}

const listeners = new Set();
export const net = { key: null, isUp: navigator.onLine, keyEnded: null, clockMs: 0 };

// Whether a sale that is sent now is likely to be answered.
export const canSend = () => net.isUp && Boolean(net.key) && !net.keyEnded;

export const onNet = (listener) => listeners.add(listener);

function changed(facts) {
  const before = JSON.stringify(net);
  Object.assign(net, facts);
  if (JSON.stringify(net) !== before) listeners.forEach((listener) => listener(net));
}

export const useKey = (key) => changed({ key, keyEnded: null });
export const startClock = (clockMs) => changed({ clockMs });

// What the time is by the server's clock, as far as is known.
export const now = () => new Date(Date.now() + net.clockMs);
export const isClockWrong = () => Math.abs(net.clockMs) > CLOCK_OFF_MS;

export async function call(method, path, body = undefined, { headers = {}, wait = 0, key = net.key, patience = PATIENCE_MS } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (key) sent.Authorization = `Bearer ${key}`;
  if (wait) sent.Prefer = `wait=${wait}`;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  const asked = { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(patience), cache: "no-store", credentials: "omit" };
  const answer = await heard(ROOT + path, asked);
  if (key && key === net.key && answer.status === 401) changed({ keyEnded: answer.body.detail ?? "The key has ended." });
  return answer;
}

async function heard(url, asked) {
  try {
    const response = await fetch(url, asked);
    const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
    const body = isJson ? await response.json() : await response.text();
    // What is not JSON was asked for so, or comes from something that stands between: a proxy, a hotel's login page.
    const isRingup = isJson || asked.headers.Accept !== "application/json";
    const isUp = isRingup && ![502, 503, 504].includes(response.status);
    changed({ isUp: isUp && navigator.onLine, clockMs: clockOf(response) });
    if (!isUp) {
      const why = isJson ? body.detail : "Something else than the server answered.";
      throw new Unanswered(why, { backInMs: backInMs(response.headers) });
    }
    return { status: response.status, ok: response.ok, body, headers: response.headers };
  } catch (error) {
    changed({ isUp: false });
    throw error instanceof Unanswered ? error : new Unanswered("There was no answer.");
  }
}

// What stands between may say a date, or an hour: a sale is not kept back for that long.
export const backInMs = (headers) => Math.min(Number(headers.get("Retry-After")) * 1_000 || 0, BACK_MAX_MS);

// Its header tells seconds; what differs by less than two of them is as good as right.
function clockOf(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(date)) return net.clockMs;
  const differs = date - Date.now();
  return Math.abs(differs - net.clockMs) < 2_000 ? net.clockMs : Math.abs(differs) < 2_000 ? 0 : differs;
}

// All pages of a list.
export async function pages(path) {
  const found = [];
  let cursor = null;
  do {
    const join = path.includes("?") ? "&" : "?";
    const answer = await call("GET", `${path}${join}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    if (!answer.ok) return null;
    found.push(...answer.body.items);
    cursor = answer.body.next_cursor;
  } while (cursor);
  return found;
}

export function noteNetwork() {
  addEventListener("online", () => changed({ isUp: true }));
  addEventListener("offline", () => changed({ isUp: false }));
}

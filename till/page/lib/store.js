// What the till must not forget, in IndexedDB. A write is on the disk before it is told as done.

const NAME = "ringup-till";
const VERSION = 1;
let opened = null;

export function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => make(request.result);
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("Another tab keeps the till's store open."));
  });
  return opened;
}

function make(db) {
  db.createObjectStore("facts");
  db.createObjectStore("products", { keyPath: "sku" });
  db.createObjectStore("asides", { keyPath: "id" });
  const commands = db.createObjectStore("commands", { keyPath: ["terminal", "sequence"] });
  // What is not final yet has `open` 1, what was refused and nobody dealt with 2: they are found by it however many sales
  // there were.
  commands.createIndex("open", ["terminal", "open"]);
}

// Runs `work` on these stores in one transaction: all of it is kept, or nothing. `work` gets them by name, and may
// await nothing but their requests.
export async function within(names, work) {
  const db = await open();
  const transaction = db.transaction(names, "readwrite", { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("The till's store refused it."));
  });
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  try {
    const result = await work(stores);
    await ended;
    return result;
  } catch (error) {
    ended.catch(() => {});
    if (transaction.error === null) abort(transaction);
    throw error;
  }
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function reading(name, ask) {
  const db = await open();
  return done(ask(db.transaction(name, "readonly").objectStore(name)));
}

export const fact = (key) => reading("facts", (store) => store.get(key));
export const keep = (key, value) => within(["facts"], ({ facts }) => done(facts.put(value, key)));
export const all = (name, range) => reading(name, (store) => store.getAll(range));
export const one = (name, key) => reading(name, (store) => store.get(key));
export const put = (name, value) => within([name], (stores) => done(stores[name].put(value)));
export const drop = (name, key) => within([name], (stores) => done(stores[name].delete(key)));

export async function openCommands(terminal, kind) {
  const db = await open();
  return done(db.transaction("commands").objectStore("commands").index("open").getAll([terminal, kind]));
}

// Of all tills that this browser ever was.
export async function allOpen() {
  const db = await open();
  return done(db.transaction("commands").objectStore("commands").index("open").getAll());
}

// The newest first, at most `limit`.
export async function newestCommands(terminal, limit) {
  const db = await open();
  const range = IDBKeyRange.bound([terminal, 0], [terminal, Infinity]);
  const request = db.transaction("commands").objectStore("commands").openCursor(range, "prev");
  const found = [];
  return new Promise((resolve, reject) => {
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || found.length >= limit) return resolve(found);
      found.push(cursor.value);
      cursor.continue();
    };
  });
}

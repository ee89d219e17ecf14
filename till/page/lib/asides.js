// Baskets that wait while another customer is served. They are kept here only: nothing is reserved for them.

import { cart, clear, isEmpty, replace, told } from "./cart.js";
import { now } from "./net.js";
import { all, drop, put } from "./store.js";

let waiting = [];
export const asides = () => waiting;

export async function remember() {
  waiting = (await all("asides")).sort((a, b) => (a.at < b.at ? -1 : 1));
}

export async function setAside() {
  if (isEmpty()) return;
  await put("asides", { id: crypto.randomUUID(), at: now().toISOString(), cart });
  await remember();
  await clear();
}

// What is in the basket now waits in its place.
export async function resume(aside) {
  await setAside();
  await replace(aside.cart);
  await drop("asides", aside.id);
  await remember();
  told();
}

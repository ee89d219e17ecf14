// The store's products, kept here so that they are found at once, and without a network.

import { piece, read } from "./labels.js";
import { pages } from "./net.js";
import { all, done, within } from "./store.js";

const FOUND_MAX = 40;
let products = [];
let byGtin = new Map();
let bySku = new Map();

export const size = () => products.length;
export const product = (sku) => bySku.get(sku);

export async function remember() {
  use(await all("products"));
}

// All of them anew; whether the server told them.
export async function renew() {
  const found = await pages("/products");
  if (found === null) return false;
  await within(["products"], ({ products: store }) => {
    store.clear();
    return Promise.all(found.map((one) => done(store.put(one))));
  });
  use(found);
  return true;
}

function use(found) {
  products = found.map((one) => ({ ...one, folded: fold(`${one.name} ${one.sku}`) })).sort((a, b) => a.name.localeCompare(b.name));
  bySku = new Map(products.map((one) => [one.sku, one]));
  byGtin = new Map(products.filter((one) => /[1-9]/.test(one.gtin ?? "")).map((one) => [one.gtin.padStart(14, "0"), one]));
}

// Case and accents make no difference.
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// What has this barcode or is called just so.
export function exact(text) {
  const code = text.trim();
  if (/^\d{8,14}$/.test(code) && byGtin.has(code.padStart(14, "0"))) return byGtin.get(code.padStart(14, "0"));
  return bySku.get(code) ?? null;
}

// What a label of a scale is of, and how much of it: {product, quantity, price}, or null. `price`: of one, null is its own.
export function labelled(text) {
  const label = read(text.trim());
  const product = label?.value ? byGtin.get(label.gtin.padStart(14, "0")) : null;
  const found = product && piece(label, product);
  return found?.quantity ? { product, ...found } : null;
}

// Each word is somewhere in the name or the SKU.
export function search(text) {
  const words = fold(text).split(/\s+/).filter(Boolean);
  const found = [];
  for (const one of products) {
    if (words.every((word) => one.folded.includes(word))) found.push(one);
    if (found.length >= FOUND_MAX) break;
  }
  return found;
}

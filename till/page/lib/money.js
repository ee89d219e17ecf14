// Amounts and quantities as people write and read them. They are whole numbers everywhere else: nothing here is a float.

let currency = "GBP";
let locale = "en";
let decimals = 2;
let written = null;

export function speak(store) {
  ({ currency, locale } = store);
  decimals = usualDecimals(currency);
  written = new Intl.NumberFormat(known(locale), { style: "currency", currency, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function known(name) {
  try {
    return Intl.NumberFormat.supportedLocalesOf([name]).length ? name : "en";
  } catch {
    return "en";
  }
}

// ISO 4217, list one: these differ from what browsers round to at the counter.
const ODD = { 0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW" };

function usualDecimals(name) {
  const found = Object.entries(ODD).find(([, names]) => names.split(" ").includes(name));
  return found ? Number(found[0]) : 2;
}

// 1287 -> "12.87"
export function plain(minor, places = decimals) {
  const digits = String(minor < 0 ? -minor : minor).padStart(places + 1, "0");
  const cut = digits.length - places;
  return (minor < 0 ? "-" : "") + digits.slice(0, cut) + (places ? `.${digits.slice(cut)}` : "");
}

// 1287 -> "£12.87". Intl takes decimal text as it is, so that no amount is ever a float.
export const money = (minor) => written.format(plain(minor));

// "12.87", "12,87" or "12" -> 1287; null for what is no amount.
export const minorOf = (text) => stepsOf(text, decimals);

const BARCODE = /^\s*\d{12,14}\s*$/;

// The decimal text of a quantity or an amount in its smallest steps. One comma or point stands before the decimals. A
// barcode that was scanned into the field is neither.
export function stepsOf(text, places) {
  if (BARCODE.test(text)) return null;
  const found = /^\s*(-?)(\d*)(?:[.,](\d*))?\s*$/.exec(text);
  if (!found || !(found[2] || found[3]) || (found[3] ?? "").length > places) return null;
  const steps = BigInt((found[2] || "0") + (found[3] ?? "").padEnd(places, "0"));
  if (steps > BigInt(Number.MAX_SAFE_INTEGER)) return null;
  return Number(found[1] ? -steps : steps);
}

export function quantity(steps, places, unit) {
  const text = new Intl.NumberFormat(known(locale), { minimumFractionDigits: places, maximumFractionDigits: places }).format(plain(steps, places));
  return unit && unit !== "piece" ? `${text} ${unit}` : text;
}

// Amounts that people hand over for what is due: exact, then up to each note.
export function notesAbove(due) {
  const unit = 10 ** decimals;
  const notes = [1, 5, 10, 20, 50, 100].map((note) => note * unit).map((note) => due + ((note - (due % note)) % note));
  return [...new Set([due, ...notes])].sort((a, b) => a - b).slice(0, 4);
}

export const placeholder = () => plain(0);

// What a shop's own scale prints: an EAN-13 that begins with 20 to 29, which GS1 leaves to the shop. Five digits are the
// goods, five what this piece weighs or costs: 2x iiiii vvvvv c.

const LABEL = /^(2\d{6})(\d{5})\d$/;
const OF_A_UNIT = 3; // decimals of a weight: grams where the unit is a kilogram

// The code that the catalogue has for all labels of these goods, which has zeros for the value, and the value; null for
// what is no such label, or was misread.
export function read(code) {
  const found = LABEL.exec(code);
  if (!found || code !== checked(code.slice(0, 12))) return null;
  return { gtin: checked(`${found[1]}00000`), value: Number(found[2]) };
}

// What is sold in parts of a unit was weighed, and its value is the weight; else it is the price of one.
export function piece({ value }, product) {
  if (!product.quantity_decimals) return { quantity: 1, price: value };
  return { quantity: Math.round(value / 10 ** (OF_A_UNIT - product.quantity_decimals)), price: null };
}

// With its check digit (GS1 General Specifications, 7.9).
function checked(digits) {
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}

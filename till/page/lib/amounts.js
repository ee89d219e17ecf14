// What a basket comes to, worked out as the server does, for when it cannot be asked. All of it is whole numbers:
// minor units, steps of a quantity, millionths of a percentage. What is rounded is rounded once, half away from zero.

const ALL = 1_000_000n;

// "8.875" is 88750n: percent with at most four decimals.
export function millionths(percent) {
  const [whole, decimals = ""] = percent.split(".");
  return BigInt(whole + decimals.padEnd(4, "0").slice(0, 4));
}

export function rounded(numerator, denominator) {
  const size = numerator < 0n ? -numerator : numerator;
  const whole = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -whole : whole;
}

// The nearest amount that there are coins for.
export const inCoins = (minor, coin) => Number(rounded(BigInt(minor), BigInt(coin)) * BigInt(coin));

// In proportion to the weights: the floor of each share, then one more to the largest remainders, the earlier first.
export function shared(minor, weights) {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (!minor || !sum) return weights.map(() => 0n);
  const shares = weights.map((weight) => (minor * weight) / sum);
  const remainders = weights.map((weight) => (minor * weight) % sum);
  let left = minor - shares.reduce((a, b) => a + b, 0n);
  const byRemainder = [...weights.keys()].sort((a, b) => (remainders[a] === remainders[b] ? a - b : remainders[a] > remainders[b] ? -1 : 1));
  for (const index of byRemainder) {
    if (left === 0n) break;
    shares[index] += 1n;
    left -= 1n;
  }
  return shares;
}

export function lineAmount(quantity, price, decimals) {
  return Number(rounded(BigInt(quantity) * BigInt(price), 10n ** BigInt(decimals)));
}

function given(discount, minor) {
  if (discount?.percent) return rounded(minor * millionths(discount.percent), ALL);
  return discount?.minor ? BigInt(discount.minor) : 0n;
}

// `lines`: quantity, decimals, price, discount {minor} or {percent} or null, tax {code, name, rate} or null.
// Gives the amounts as the API tells them, or `too_large` where more would be taken off than there is.
export function amounts(lines, { discount = null, pricesIncludeTax = true } = {}) {
  const asked = lines.map((line) => BigInt(lineAmount(line.quantity, line.price, line.decimals)));
  const own = lines.map((line, i) => given(line.discount, asked[i]));
  if (own.some((minor, i) => minor > asked[i])) return { too_large: own.findIndex((minor, i) => minor > asked[i]) };
  const reduced = asked.map((minor, i) => minor - own[i]);
  const all = sum(reduced);
  const off = given(discount, all);
  if (off > all) return { too_large: null };
  const shares = shared(off, reduced);
  const goods = reduced.map((minor, i) => minor - shares[i]);
  const taxes = taxesOf(lines, goods, pricesIncludeTax);
  const totals = goods.map((minor, i) => (pricesIncludeTax ? minor : minor + taxes[i]));
  return {
    lines: lines.map((_, i) => ({
      amount_minor: Number(asked[i]),
      discount_minor: Number(own[i] + shares[i]),
      tax_minor: Number(taxes[i]),
      net_minor: Number(totals[i] - taxes[i]),
      line_total_minor: Number(totals[i]),
    })),
    taxes: byTax(lines, totals, taxes),
    subtotal_minor: Number(sum(asked)),
    discount_minor: Number(sum(own) + off),
    tax_minor: Number(sum(taxes)),
    total_minor: Number(sum(totals)),
  };
}

const sum = (minors) => minors.reduce((a, b) => a + b, 0n);
const named = (tax) => `${tax.code} ${tax.rate}`;

// A tax is worked out once for all lines that have it, and shared over them.
function taxesOf(lines, goods, pricesIncludeTax) {
  const of = lines.map(() => 0n);
  for (const name of new Set(lines.filter((line) => line.tax).map((line) => named(line.tax)))) {
    const at = [...lines.keys()].filter((i) => lines[i].tax && named(lines[i].tax) === name);
    const rate = millionths(lines[at[0]].tax.rate);
    const weights = at.map((i) => goods[i]);
    const tax = rounded(sum(weights) * rate, pricesIncludeTax ? ALL + rate : ALL);
    shared(tax, weights).forEach((share, n) => (of[at[n]] = share));
  }
  return of;
}

function byTax(lines, totals, taxes) {
  const found = new Map();
  lines.forEach((line, i) => {
    if (!line.tax) return;
    const one = found.get(named(line.tax)) ?? { ...line.tax, net_minor: 0, tax_minor: 0 };
    one.net_minor += Number(totals[i] - taxes[i]);
    one.tax_minor += Number(taxes[i]);
    found.set(named(line.tax), one);
  });
  return [...found.values()];
}

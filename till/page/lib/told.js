// What a cashier is told of a command: its true state, why it was refused, and what to do.

import { money } from "./money.js";

export const KINDS = { pay: "Sale", return: "Return", cancel: "Cancel", drawer_open: "Drawer opened", drawer_movement: "Cash moved", drawer_close: "Drawer closed" };

// What each refusal means at the counter. `again`: the same once more, under a new key; `record`: the goods are gone;
// `anew`: back into the basket.
const TO_DO = {
  stock_insufficient: ["Are the goods gone? Then record the sale. Else put it back and change it.", ["record", "anew"]],
  payment_does_not_match_total: ["Put it back, look at the total, and take the money again.", ["anew"]],
  payment_declined: ["The payment was declined. Put it back and take another one.", ["anew"]],
  order_already_paid: ["It was paid before: do not take the money twice. There is nothing to do.", []],
  order_cancelled: ["The order was cancelled. Give the money back, or sell it anew.", ["anew"]],
  invoice_pool_empty: ["There is no invoice number left. Tell the back office, then send it again.", ["again"]],
  drawer_not_open: ["Open the drawer, then send it again.", ["again"]],
  drawer_already_open: ["The drawer is open already. There is nothing to do.", []],
  quantity_exceeds_remaining: ["It was given back before. Look the receipt up again.", []],
  sold_at_implausible: ["This device's clock was wrong. Send it again with the right time.", ["retime"]],
  product_not_found: ["The store no longer has this product. Tell the back office, then send it again.", ["again", "anew"]],
  role_not_allowed: ["This till may not do that. Ask for somebody who may.", ["anew"]],
  discount_too_large: ["Put it back and give less.", ["anew"]],
  dismissed: ["The office gave it up. If goods or money changed hands, ask them what to do.", []],
};
const ELSE = ["Tell the back office what stands here. Then send it again, or put it back.", ["again", "anew"]];

// {mark, words, todo, acts}: `mark` is for the eye (wait, good, bad).
export function told(row) {
  if (row.state === "unsent" && row.noted) return { mark: "quiet", words: "Sent as another till's", todo: "", acts: [] };
  if (row.state === "unsent" && row.command) return { mark: "wait", words: "To be sent once more", todo: "The server was restored. What it still has, it answers as it did.", acts: [] };
  if (row.state === "unsent") return { mark: "wait", words: "Not sent yet", todo: "It is kept here, and sent when the network is back.", acts: [] };
  if (row.state === "succeeded") return { mark: "good", words: `Settled${settled(row)}`, todo: "", acts: [] };
  if (row.state === "refused" || row.state === "rejected" || row.state === "dismissed") return refusal(row);
  const words = { awaiting: "Payment is asked for", parked: "Waits for the office" }[row.state] ?? "Sent, not settled yet";
  return { mark: "wait", words, todo: row.command?.detail ?? "", acts: [] };
}

function settled({ command: { result } }) {
  const number = result?.invoice_number ?? result?.credit_note_number;
  if (number) return `, ${number}`;
  return result?.invoice_pending || result?.credit_note_pending ? ", number follows" : "";
}

function refusal(row) {
  const code = row.problem?.code ?? row.command.outcome.code;
  const found = [...(row.problem?.errors ?? [])].map((one) => one.detail).filter(Boolean);
  const why = row.problem ? [row.problem.detail, ...found].join(" ") : row.command.outcome.detail;
  const known = found.length && row.problem.errors[0].code ? TO_DO[row.problem.errors[0].code] : null;
  const [todo, acts] = TO_DO[code] ?? known ?? ELSE;
  const possible = row.kind === "pay" ? acts : acts.filter((act) => act === "again");
  if (row.noted) return { mark: "quiet", words: `Refused, dealt with: ${why}`, todo: "", acts: [] };
  return { mark: "bad", words: `Refused: ${why}`, todo, acts: possible };
}

export function refunds(result) {
  return (result?.refunds ?? []).map((one) => `${money(one.amount_minor)} ${method(one.method)}`).join(", ");
}

export const METHODS = { cash: "Cash", card: "Card", voucher: "Voucher", transfer: "Transfer", online: "Online" };
export const method = (name) => METHODS[name] ?? name;

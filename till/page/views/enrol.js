// A browser becomes a till by a code that is good once.

import { field, h, show } from "../lib/dom.js";
import { Unanswered } from "../lib/net.js";
import { enrol, resume } from "../lib/till.js";

export function enrolForm(onEnrolled, { title = "Enrol this till", words = "Ask the back office for a code of this till: the admin makes one under Terminals, and so does ./ringup manage enrol_code. It is good once, for 15 minutes." } = {}) {
  const code = h("input", { id: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, maxlength: 16, autofocus: true });
  const why = h("p", { class: "bad", role: "alert" });
  const button = h("button", { class: "primary" }, "Enrol");
  const form = h("form", { class: "card", onsubmit: submit }, h("h1", {}, title), h("p", {}, words), field("Code", code), why, button);

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    why.textContent = await refusal(() => enrol(code.value));
    button.disabled = false;
    if (why.textContent) code.select();
    else onEnrolled();
  }

  return form;
}

async function refusal(work) {
  try {
    return (await work()) ?? "";
  } catch (error) {
    if (error instanceof Unanswered) return "The server does not answer. A till needs it once, to begin.";
    throw error;
  }
}

// Shown until the browser is a till.
export async function enrolled(view) {
  if (!(await refusal(resume))) return;
  await new Promise((resolve) => {
    const form = enrolForm(resolve);
    show(view, form);
    form.querySelector("input").focus();
  });
}

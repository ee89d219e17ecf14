// Elements without templates: text is always text, so that no name of a product can become a script.

// What is null or false is left out. `on…` are listeners, the rest attributes; `value` and `checked` are properties.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

// Puts new children in place; whoever had the focus by its id or its name has it again.
export function show(parent, ...children) {
  const again = parent.contains(document.activeElement) ? focusName() : null;
  parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
  focusAgain(parent, again);
}

// What has the focus, by a name under which it is found when it has been drawn anew.
const focusName = () => document.activeElement?.id || document.activeElement?.dataset.focus;

function focusAgain(parent, name) {
  if (!name) return;
  const found = parent.querySelector(`#${CSS.escape(name)}, [data-focus="${CSS.escape(name)}"]`);
  found?.focus({ preventScroll: true });
}

const SAID_MS = 3_000;
let silence = null;

// What just happened, for a moment.
export function say(text) {
  clearTimeout(silence);
  byId("said").textContent = text;
  silence = setTimeout(() => (byId("said").textContent = ""), SAID_MS);
}

export function field(label, input, note = null) {
  const id = input.id || `field-${(counter += 1)}`;
  input.id = id;
  if (note) input.setAttribute("aria-describedby", `${id}-note`);
  return h("div", { class: "field" }, h("label", { for: id }, label), input, note && h("p", { class: "quiet", id: `${id}-note` }, note));
}

let counter = 0;

// Chromium gives the focus back without the caret, at times: what is typed would be lost.
function caretBack() {
  const { activeElement: field } = document;
  if (field.matches("input[type=search], input:not([type])")) field.setSelectionRange(field.value.length, field.value.length);
}

// A dialog on top of the page. It gives back what it was closed with; Escape and the cross give back null.
export function ask(title, build, { wide = false, onclose = null } = {}) {
  return new Promise((resolve) => {
    let answer = null;
    const id = `title-${(counter += 1)}`;
    const opener = focusName();
    const dialog = h("dialog", { class: wide ? "wide" : null, "aria-labelledby": id });
    const close = (value = null) => {
      answer = value;
      dialog.close();
      caretBack();
    };
    const cross = h("button", { type: "button", class: "cross", "aria-label": "Close", onclick: () => close() }, "×");
    dialog.append(h("div", { class: "head" }, h("h2", { id, tabindex: "-1" }, title), cross), build(close, dialog));
    dialog.addEventListener("close", () => {
      dialog.remove();
      // The browser gives the focus back to the element that had it, which may have been drawn anew meanwhile.
      if (document.activeElement === document.body) focusAgain(document, opener);
      caretBack();
      onclose?.();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input, .primary"))?.focus();
  });
}

export const confirmed = (title, text, yes) =>
  ask(title, (close) => h("div", {},
    h("p", {}, text),
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => close(false) }, "Back"), h("button", { type: "button", class: "primary danger", autofocus: true, onclick: () => close(true) }, yes)),
  ));

export function isBusy() {
  return document.querySelector("dialog[open]") !== null;
}

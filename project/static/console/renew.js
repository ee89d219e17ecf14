// Asks for the page anew every few seconds while somebody looks at it, and puts what is in `main` in its place.
// A figure that a person is about to click stays: what has the focus, or is selected, is left alone.

const main = document.querySelector("[data-renew-every-s]");

async function renew() {
  if (document.hidden || main.contains(document.activeElement) || String(getSelection())) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  // Who was signed out is sent elsewhere.
  if (answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  main.replaceChildren(...page.querySelector("[data-renew-every-s]").childNodes);
}

setInterval(() => renew().catch(() => {}), 1000 * Number(main.dataset.renewEveryS));

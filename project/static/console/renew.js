// Asks for the page anew every few seconds while somebody looks at it, and puts what is new in its place. What a person
// is about to click stays: where the focus is within, or something is selected, all is left alone.

const part = "[data-renew-every-s]";
const shown = document.querySelector(part);

async function renew() {
  if (document.hidden || shown.contains(document.activeElement) || String(getSelection())) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  // Who was signed out is sent elsewhere.
  if (answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector(part);
  if (!found) return location.reload();
  found.querySelectorAll("[id] canvas").forEach(keepChart);
  shown.replaceChildren(...found.childNodes);
}

// A chart that is there goes on with what is new: made anew it would flicker.
function keepChart(canvas) {
  const old = document.querySelector(`#${canvas.closest("[id]").id} canvas`);
  const chart = old && window.Chart.getChart(old);
  if (!chart) return;
  const { labels, datasets } = JSON.parse(canvas.dataset.value);
  chart.data.labels = labels;
  datasets.forEach(({ data }, n) => (chart.data.datasets[n].data = data));
  canvas.closest("[id]").replaceWith(old.closest("[id]"));
  requestAnimationFrame(() => chart.update());
}

setInterval(() => renew().catch(() => {}), 1000 * Number(shown.dataset.renewEveryS));

// Times are shown twice: how long ago, and when. The first one is kept true while the page stays open.

import { h, put } from "../dom.js";
import { absolute, DASH, exact, relative } from "../format.js";

let ticking = false;

/** `3 min ago` and, quieter, `14:03`. */
export function when(iso) {
  if (!iso) return h("span", { class: "muted" }, DASH);
  return h(
    "time",
    { datetime: iso, title: exact(iso), class: "when" },
    h("span", { "data-ago": iso }, relative(iso)),
    " ",
    h("span", { class: "muted" }, absolute(iso)),
  );
}

/** Only how long ago; the exact time is in the tooltip. */
export function ago(iso) {
  return h("time", { datetime: iso, title: exact(iso), "data-ago": iso }, relative(iso));
}

/** With date, seconds and zone, for pages about one thing. */
export function whenExactly(iso) {
  if (!iso) return h("span", { class: "muted" }, DASH);
  return h("time", { datetime: iso, class: "when" }, exact(iso), " ", h("span", { class: "muted" }, "(", ago(iso), ")"));
}

export function startTicking() {
  if (ticking) return;
  ticking = true;
  setInterval(() => {
    for (const element of document.querySelectorAll("[data-ago]")) put(element, relative(element.dataset.ago));
  }, 15_000);
}

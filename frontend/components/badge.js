// Statuses: a colour, a shape and a word, so that none of them is needed alone.

import { h } from "../dom.js";
import { status } from "../words.js";

export function badge(name) {
  const [label, tone] = status(name);
  return toned(label, tone);
}

export function toned(label, tone) {
  return h("span", { class: "badge", "data-tone": tone }, h("span", { class: "dot", "aria-hidden": "true" }), label);
}

/** Of a job: its status, whether it was a preview, and whether records failed in a completed one. */
export function jobBadges(job) {
  return h(
    "span",
    { class: "badges" },
    job.cancel_requested && job.status === "running" ? toned("Stopping", "warn") : badge(job.status),
    job.dry_run && h("span", { class: "tag" }, "Preview"),
  );
}

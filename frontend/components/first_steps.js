// Where to begin: fill both systems, look at the plan, run it.

import { h } from "../dom.js";
import { number } from "../format.js";
import { action } from "./button.js";
import { icon } from "./icons.js";
import { seededHere } from "./seed.js";

/** `data` is the dashboard; `seed` fills the simulated systems. */
export function firstSteps(data, seed) {
  const known = data.streams.map((stream) => stream.counts.shopify).filter((count) => count !== null && count !== undefined);
  // A shop that does not say how much it has is filled all the same, once this page filled it or something came of it.
  const filled = seededHere() || known.some((count) => count > 0) || data.recent_runs.some((job) => job.total_records > 0);
  const previewed = data.recent_runs.some((job) => job.dry_run && job.status === "completed");
  const products = data.streams[0]?.counts.shopify;
  const steps = [
    {
      title: "Fill both systems",
      text: filled ? filledText(products) : "Puts a demo catalogue into the simulated Shopify. Nothing outside this machine is touched.",
      done: filled,
      button: (kind) => action(filled ? "Seed again" : "Seed", seed, { name: "seed", kind }),
    },
    {
      title: "Look at the plan",
      text: "A preview takes the same path as a sync, up to the first write, and lists what would change.",
      done: previewed,
      button: (kind) => h("a", { class: `button ${kind}`, href: "#/sync?type=products&dry_run=true" }, icon("eye"), "Preview products"),
    },
    {
      title: "Run it",
      text: "Writes the changes. Running it again changes nothing.",
      done: false,
      button: (kind) => h("a", { class: `button ${kind}`, href: "#/sync?type=products" }, icon("play"), "Sync products"),
    },
  ];
  const current = steps.findIndex((step) => !step.done);
  return h(
    "section",
    { class: "panel first-steps", "aria-labelledby": "first-steps" },
    h("h2", { id: "first-steps" }, "First run"),
    h("p", { class: "muted" }, "Three steps from nothing to the first sync."),
    h("ol", {}, steps.map((step, at) => stepNode(step, at, current))),
  );
}

function filledText(products) {
  return products ? `Shopify has ${number(products)} products.` : "The demo catalogue is there.";
}

function stepNode(step, at, current) {
  const mark = h("span", { class: "step-mark", "aria-hidden": "true" }, step.done ? icon("check") : String(at + 1));
  const state = step.done ? "done" : at === current ? "current" : "later";
  return h(
    "li",
    { class: "step", "data-state": state, "aria-current": state === "current" ? "step" : null },
    mark,
    h("div", { class: "step-text" }, h("h3", {}, step.title, step.done && h("span", { class: "hidden-text" }, " (done)")), h("p", { class: "muted" }, step.text)),
    step.button(state === "current" ? "primary" : ""),
  );
}

// Filling both simulated systems, and what came of it.

import { post } from "../api.js";
import { h } from "../dom.js";
import { number } from "../format.js";
import { humanise } from "../words.js";
import { ask } from "./dialog.js";
import { check } from "./field.js";
import { toast } from "./toast.js";

let seeded = false;

/** Whether this page filled the systems since it was loaded. */
export const seededHere = () => seeded;

/** Asks, seeds, and answers the report; null if the reader changed his mind. */
export async function askAndSeed() {
  const reset = check("Start over: empty both simulated systems and forget every run first", false);
  const report = await ask({
    title: "Fill the simulated systems",
    body: [
      h("p", {}, "Puts the demo catalogue into the simulated Shopify and prepares the simulated Odoo. What is there already stays as it is, so this can be repeated."),
      reset.node,
    ],
    confirm: "Seed",
    run: () => post("/api/seed", { reset: reset.box.checked }),
  });
  if (report) {
    seeded = true;
    toast(seedText(report));
  }
  return report;
}

/** Every number of the report by its name: `Products: 20, variants: 112`. */
export function seedText(report) {
  const parts = [];
  const walk = (value, name) => {
    if (typeof value === "number" && value > 0) parts.push(`${humanise(name)}: ${number(value)}`);
    else if (value && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, key);
    }
  };
  walk(report, "");
  return parts.length > 0 ? `Both simulated systems are filled. ${parts.slice(0, 8).join(", ")}.` : "Both simulated systems were filled already: nothing was missing.";
}

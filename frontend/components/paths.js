// Completion of field paths from live samples of both systems, and what a transform does.

import { h, put } from "../dom.js";

/** Fills both lists from the samples of `/api/samples`; answers {paths, error} of each side. */
export function completion(samples, lists) {
  const sides = {};
  for (const side of ["shopify", "odoo"]) {
    const { paths, error } = samples[side];
    sides[side] = { paths, error };
    put(lists[side], paths.map(({ path, sample }) => h("option", { value: path, label: sample === null ? undefined : `${path} = ${sample}` })));
  }
  return sides;
}

/** One line below a path: what stands there now. */
export function describePath({ paths, error }, path) {
  if (error) return `No completion: ${error}`;
  if (path === "") return paths.length > 0 ? "Type, or pick from the list." : null;
  const known = paths.find((one) => one.path === path);
  if (!known) return paths.length > 0 ? "No sample has this field." : null;
  if (known.sample === null) return known.kind === "unknown" ? "A known field." : `Is ${known.kind} in the samples.`;
  return ["For example ", h("code", {}, known.sample), ` (${known.kind})`];
}

/** A table of all transforms to open, with buttons that append one to the chain. */
export function transformHelp(transforms, use) {
  const rows = transforms.map((one) => {
    const name = one.argument ? `${one.name}:` : one.name;
    const button = h("button", { type: "button", class: "button small", "aria-label": `Use ${one.name}`, on: { click: () => use(name) } }, "Use");
    return h("li", {}, h("span", {}, h("code", {}, one.argument ? `${one.name}:${one.argument.replace(`${one.name}:`, "")}` : one.name), " ", one.description), button);
  });
  const node = h("details", { class: "wide transforms" }, h("summary", {}, "All transforms"), h("p", { class: "muted small-text" }, "Several can be chained with |, each takes what the one before made."), h("ul", {}, rows));
  node.describe = (chain) => {
    const steps = chain.split("|").map((step) => step.trim().split(":")[0]);
    const known = steps.map((step) => transforms.find((one) => one.name === step)).filter(Boolean);
    return known.map((one) => one.description).join(" Then: ");
  };
  return node;
}

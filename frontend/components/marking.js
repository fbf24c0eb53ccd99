// Marking rows, one by one, the page, or all that match the filter. What is done with the marked ones is said by the
// list that uses it.

import { h, put } from "../dom.js";
import { number } from "../format.js";
import { action } from "./button.js";

/**
 * `nouns`: what the rows are called, many; `isOpen(item)`: whether it can be marked; `openFilter()`: the filter of the
 * list now, for the open ones; `countAll(filter)`: how many match it; `label(item)`: what a row is called; `hasMore()`:
 * whether the list goes on; `buttons()`: what can be done with the marked ones.
 */
export function marking({ nouns, isOpen, openFilter, countAll, label, hasMore, buttons }) {
  const ids = new Set();
  const boxes = new Map();
  let shown = [];
  let everything = null;
  const bar = h("div", { class: "bulk", role: "group", "aria-label": `Selected ${nouns}`, hidden: true });
  const openShown = () => shown.filter(isOpen);
  const count = () => (everything === null ? ids.size : everything);

  const pageBox = h("input", { type: "checkbox", id: "select-page" });
  pageBox.addEventListener("change", () => {
    everything = null;
    for (const item of openShown()) pageBox.checked ? ids.add(item.id) : ids.delete(item.id);
    draw();
  });

  const draw = () => {
    for (const [id, box] of boxes) box.checked = everything !== null || ids.has(id);
    const all = openShown();
    bar.hidden = all.length === 0;
    pageBox.checked = all.length > 0 && (everything !== null || all.every((item) => ids.has(item.id)));
    pageBox.indeterminate = !pageBox.checked && ids.size > 0;
    put(
      bar,
      h("label", { class: "check", for: "select-page" }, pageBox, h("span", {}, `Select the ${number(all.length)} shown`)),
      everyButton(),
      h("span", { class: "grow" }),
      count() > 0 && h("span", { class: "bulk-count" }, `${number(count())} selected`),
      count() > 0 && buttons(),
      count() > 0 && action("Clear", clear, { small: true }),
    );
  };

  const everyButton = () => {
    if (everything !== null) return h("span", { class: "muted" }, `All ${number(everything)} that match`);
    const text = hasMore() || Object.keys(openFilter()).length > 1 ? "Select all that match" : "Select all open";
    return action(text, selectEverything, { small: true });
  };

  const selectEverything = async () => {
    everything = await countAll(openFilter());
    ids.clear();
    draw();
    bar.querySelector(".button.primary")?.focus();
  };

  const clear = () => {
    ids.clear();
    everything = null;
    draw();
  };

  return {
    bar,
    clear,
    count,
    isEmpty: () => count() === 0,
    /** What a request names: ids, or the filter with the number that the reader saw. */
    target: () => (everything === null ? { ids: [...ids] } : { filter: openFilter(), expected: everything }),
    /** The marked rows that are shown; all of them while everything that matches is marked. */
    marked: () => openShown().filter((item) => everything !== null || ids.has(item.id)),
    isEverything: () => everything !== null,
    shown(items) {
      shown = items;
      draw();
    },
    box(item) {
      if (!isOpen(item)) return null;
      const box = h("input", { type: "checkbox", "aria-label": `Select ${label(item)}`, checked: everything !== null || ids.has(item.id) });
      boxes.set(item.id, box);
      box.addEventListener("change", () => {
        if (everything !== null) {
          // From all that match, one is taken away: what is left are the ones that are shown.
          everything = null;
          for (const one of openShown()) ids.add(one.id);
        }
        box.checked ? ids.add(item.id) : ids.delete(item.id);
        draw();
      });
      return box;
    },
  };
}

/** A filter without what is not given. */
export function givenOf(filter) {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== "" && value !== null && value !== undefined));
}

// Marking dead letters, one by one, the page, or all that match the filter; and what is done with the marked ones.

import { post } from "../api.js";
import { h, put } from "../dom.js";
import { number, plural } from "../format.js";
import { action } from "./button.js";
import { ask } from "./dialog.js";
import { field } from "./field.js";
import { retryPanel } from "./retry.js";
import { toast } from "./toast.js";

const NOUN = ["dead letter", "dead letters"];

/** `filter()` is the filter of the list now; only open ones can be retried or discarded. */
export function selection(page, { results, filter, refresh, hasMore }) {
  const ids = new Set();
  let shown = [];
  let everything = null;
  const boxes = new Map();
  const bar = h("div", { class: "bulk", role: "group", "aria-label": "Selected dead letters", hidden: true });

  const openShown = () => shown.filter((item) => item.status === "open");
  const openFilter = () => clean({ ...filter(), status: "open" });
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
      count() > 0 && action("Retry", retry, { name: "retry", kind: "primary", small: true }),
      count() > 0 && action("Discard", discard, { small: true }),
      count() > 0 && action("Clear", clear, { small: true }),
    );
  };

  const everyButton = () => {
    if (everything !== null) return h("span", { class: "muted" }, `All ${number(everything)} that match`);
    const label = hasMore() || Object.keys(openFilter()).length > 1 ? "Select all that match" : "Select all open";
    return action(label, selectEverything, { small: true });
  };

  const selectEverything = async () => {
    everything = (await post("/api/dead-letter/count", { filter: openFilter() })).count;
    ids.clear();
    draw();
    bar.querySelector(".button.primary")?.focus();
  };

  /** What the request names: ids, or the filter with the number that the reader saw. */
  const target = () => (everything === null ? { ids: [...ids] } : { filter: openFilter(), expected: everything });

  const clear = () => {
    ids.clear();
    everything = null;
    draw();
  };

  const retry = async () => {
    const wanted = target();
    const title = `Retry ${plural(count(), ...NOUN)}`;
    const agreed = await ask({
      title: `${title}?`,
      body: h("p", {}, "Each record is read again and goes through the rules as they are now. What fails again comes back here with the new reason."),
      confirm: title,
      run: () => true,
    });
    if (!agreed) return;
    clear();
    await retryPanel(page, results, title, () => post("/api/dead-letter/retry", wanted));
    if (!page.signal.aborted) await refresh();
  };

  const discard = async () => {
    const wanted = target();
    const answer = await askForReason(count(), (reason) => post("/api/dead-letter/discard", { ...wanted, reason }));
    if (!answer) return;
    toast(`${plural(answer.discarded, ...NOUN)} discarded.`);
    clear();
    await refresh();
  };

  return {
    bar,
    clear,
    isEmpty: () => count() === 0,
    shown(items) {
      shown = items;
      draw();
    },
    box(item) {
      if (item.status !== "open") return null;
      const box = h("input", { type: "checkbox", "aria-label": `Select ${item.label || item.source_id}`, checked: everything !== null || ids.has(item.id) });
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

function clean(filter) {
  const kept = Object.entries(filter).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, name === "job" ? Number(value) : value]));
}

/** A reason is kept with what was discarded. `run(reason)` does it. */
export function askForReason(count, run) {
  const reason = field("Reason", h("textarea", { class: "input", name: "reason", rows: 3, maxlength: 500, required: true }), { wide: true, help: "It is kept with the dead letter." });
  return ask({
    title: `Discard ${plural(count, ...NOUN)}?`,
    body: [h("p", {}, "A discarded record is not tried again unless it changes in its system."), reason.node],
    confirm: "Discard",
    kind: "danger",
    run: () => run(reason.control.value.trim()),
  });
}

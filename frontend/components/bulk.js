// What is done with dead letters that were marked: retry, or discard with a reason.

import { post } from "../api.js";
import { h } from "../dom.js";
import { plural } from "../format.js";
import { action } from "./button.js";
import { ask } from "./dialog.js";
import { field } from "./field.js";
import { givenOf, marking } from "./marking.js";
import { retryPanel } from "./retry.js";
import { toast } from "./toast.js";

const NOUN = ["dead letter", "dead letters"];

/** `filter()` is the filter of the list now; only open ones can be retried or discarded. */
export function selection(page, { results, filter, refresh, hasMore }) {
  const retry = async () => {
    const wanted = marked.target();
    const title = `Retry ${plural(marked.count(), ...NOUN)}`;
    const agreed = await ask({
      title: `${title}?`,
      body: h("p", {}, "Each record is read again and goes through the rules as they are now. What fails again comes back here with the new reason."),
      confirm: title,
      run: () => true,
    });
    if (!agreed) return;
    marked.clear();
    await retryPanel(page, results, title, () => post("/api/dead-letter/retry", wanted));
    if (!page.signal.aborted) await refresh();
  };

  const discard = async () => {
    const wanted = marked.target();
    const answer = await askForReason(marked.count(), (reason) => post("/api/dead-letter/discard", { ...wanted, reason }));
    if (!answer) return;
    toast(`${plural(answer.discarded, ...NOUN)} discarded.`);
    marked.clear();
    await refresh();
  };

  const marked = marking({
    nouns: NOUN[1],
    isOpen: (item) => item.status === "open",
    openFilter: () => clean({ ...filter(), status: "open" }),
    countAll: async (wanted) => (await post("/api/dead-letter/count", { filter: wanted })).count,
    label: (item) => item.label || item.source_id,
    hasMore,
    buttons: () => [action("Retry", retry, { name: "retry", kind: "primary", small: true }), action("Discard", discard, { small: true })],
  });
  return marked;
}

function clean(filter) {
  const given = givenOf(filter);
  return given.job === undefined ? given : { ...given, job: Number(given.job) };
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

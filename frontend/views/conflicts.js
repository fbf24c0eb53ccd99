// The inbox of fields that both sides changed: three columns, and a decision for one or for all that match.

import { get, getRecordTypes } from "../api.js";
import { baseCell, canRestore, conflictName, decisionText, sideCell } from "../components/conflict.js";
import { conflictSelection, decideButtons, restoreButton } from "../components/decide.js";
import { filterBar } from "../components/filters.js";
import { emptyState, pageHeader, panel } from "../components/header.js";
import { pagedList } from "../components/list.js";
import { debounce, h } from "../dom.js";
import { isEnded, on } from "../live.js";
import { historyLink } from "../page.js";
import { CONFLICT_STATUSES, recordTypes, statusChoices } from "../words.js";

export default async function conflicts(page) {
  const types = await getRecordTypes();
  const results = h("div", {});
  const filters = filterBar(page, spec(types), () => all());
  const list = pagedList(page, {
    columns: columns({ marked: () => marked, done: () => list.reload() }),
    caption: "Conflicts",
    noun: ["conflict", "conflicts"],
    load: (query, signal) => get("/api/conflicts", { ...filters.values(), ...query }, signal),
    empty: () => emptyList(filters.values()),
    onItems: (items) => marked.shown(items),
    rowAttrs: (item) => ({ "data-conflict": String(item.id) }),
  });
  const marked = conflictSelection(page, { results, filter: () => filters.values(), refresh: () => list.reload(), hasMore: list.hasMore });
  const all = async () => {
    marked.clear();
    await list.reload();
  };
  page.show(
    pageHeader("Conflicts", { about: "Fields that both sides changed to different values since they last agreed. Whatever loses is kept here and can be brought back." }),
    results,
    panel(null, { flush: true }, filters.node, marked.bar, list.node),
  );
  const soon = debounce(() => marked.isEmpty() && list.refresh(), 800);
  on("snapshot", soon, page.signal);
  on("job", (job) => isEnded(job) && soon(), page.signal);
  await list.reload();
}

function spec(types) {
  return [
    { name: "status", label: "Status", choices: statusChoices(CONFLICT_STATUSES), initial: "open" },
    { name: "record_type", label: "Type", choices: types.map(({ name }) => [name, recordTypes(name)]) },
    { name: "rule", label: "Rule", placeholder: "title = name" },
    { name: "text", label: "Text", placeholder: "Name or id" },
  ];
}

function columns({ marked, done }) {
  const isOpen = (item) => item.status !== "resolved";
  return [
    { label: "Select", kind: "check", hideLabel: true, cell: (item) => marked().box(item) },
    { label: "Record", main: true, kind: "record", cell: conflictName },
    { label: "Shopify", kind: "value", cell: sideCell("shopify") },
    { label: "Base: both agreed", kind: "value", cell: baseCell },
    { label: "Odoo", kind: "value", cell: sideCell("odoo") },
    {
      label: "Decision",
      kind: "decision",
      cell: (item) => [
        decisionText(item),
        h(
          "div",
          { class: "decide" },
          isOpen(item) && decideButtons(item, done),
          canRestore(item) && restoreButton(item, done),
          h("a", { href: historyLink(item.record_type, "shopify", item.shopify_id), class: "small-text" }, "History", h("span", { class: "hidden-text" }, ` of ${item.label || item.shopify_id}`)),
        ),
      ],
    },
  ];
}

function emptyList(values) {
  const others = Object.entries(values).some(([name, value]) => value && !(name === "status" && value === "open"));
  if (others) return emptyState("No conflict matches", "Take a filter away to see more.");
  return emptyState(
    "No open conflicts",
    "A conflict opens when both sides change the same field differently and the strategy is to ask. What a strategy decided by itself is listed too.",
    h("a", { class: "button", href: "#/conflicts?status=resolved" }, "See resolved ones"),
  );
}

// Records that did not get through: in groups by what went wrong, and one by one.

import { get, getRecordTypes } from "../api.js";
import { badge } from "../components/badge.js";
import { selection } from "../components/bulk.js";
import { filterBar } from "../components/filters.js";
import { emptyState, pageHeader, panel, skeleton } from "../components/header.js";
import { pagedList } from "../components/list.js";
import { problemPanel } from "../components/problem.js";
import { ago, when } from "../components/time.js";
import { debounce, h, put } from "../dom.js";
import { number } from "../format.js";
import { on } from "../live.js";
import { choices, DEAD_LETTER_STATUSES, ERROR_CLASSES, errorClass, humanise, recordTypes, retries, stage, statusChoices } from "../words.js";

export default async function deadLetters(page) {
  const types = await getRecordTypes();
  const results = h("div", {});
  const groups = h("div", {}, skeleton(2));
  const filters = filterBar(page, spec(types), () => all());
  const list = pagedList(page, {
    columns: columns(() => marked),
    caption: "Dead letters",
    noun: ["dead letter", "dead letters"],
    load: (query, signal) => get("/api/dead-letter", { ...filters.values(), ...query }, signal),
    empty: () => emptyList(filters.values()),
    onItems: (items) => marked.shown(items),
  });
  const marked = selection(page, { results, filter: () => filters.values(), refresh: () => all(), hasMore: list.hasMore });

  const readGroups = async () => {
    try {
      const { items } = await get("/api/dead-letter/groups", filters.values(), page.signal);
      put(groups, groupCards(items, filters));
    } catch (error) {
      if (error.name !== "AbortError") put(groups, problemPanel(error, readGroups));
    }
  };
  const all = async () => {
    marked.clear();
    await Promise.all([list.reload(), readGroups()]);
  };

  page.show(
    pageHeader("Dead letters", { about: "Records that used up their attempts, or cannot succeed as they are. Nothing is lost: put right what the message names, then retry." }),
    results,
    panel("By error", {}, groups),
    panel("Records", { flush: true }, filters.node, marked.bar, list.node),
  );
  const soon = debounce(() => marked.isEmpty() && Promise.all([list.refresh(), readGroups()]), 800);
  for (const type of ["dead_letters", "snapshot"]) on(type, soon, page.signal);
  await Promise.all([list.reload(), readGroups()]);
}

function spec(types) {
  return [
    { name: "status", label: "Status", choices: statusChoices(DEAD_LETTER_STATUSES), initial: "open" },
    { name: "record_type", label: "Type", choices: types.map(({ name }) => [name, recordTypes(name)]) },
    { name: "class", label: "Kind of error", choices: choices(ERROR_CLASSES, errorClass) },
    { name: "code", label: "Code", placeholder: "barcode_taken" },
    { name: "job", label: "Job", kind: "number" },
    { name: "text", label: "Text", placeholder: "Name, id or message" },
  ];
}

function groupCards(items, filters) {
  if (items.length === 0) return h("p", { class: "muted" }, "No group: nothing matches.");
  const chosen = filters.values();
  return h(
    "ul",
    { class: "groups" },
    items.map((group) => {
      const isOn = chosen.class === group.class && chosen.code === group.code;
      const pick = () => filters.set(isOn ? { class: "", code: "" } : { class: group.class, code: group.code });
      return h(
        "li",
        { class: "group" },
        h(
          "button",
          { type: "button", class: "group-pick", "aria-pressed": String(isOn), on: { click: pick }, "data-key": `${group.class}/${group.code}` },
          h("span", { class: "group-count" }, number(group.count)),
          h("span", { class: "group-name" }, humanise(group.code), h("span", { class: "sub" }, errorClass(group.class))),
        ),
        h("p", { class: "message" }, group.message),
        h("p", { class: "small-text muted" }, `${group.advice} Last `, ago(group.last_at), "."),
      );
    }),
  );
}

function columns(marked) {
  return [
    { label: "Select", kind: "check", hideLabel: true, cell: (item) => marked().box(item) },
    {
      label: "Record",
      main: true,
      cell: (item) => [h("a", { href: `#/dead-letter/${item.id}`, class: "strong" }, item.label || item.source_id), h("span", { class: "sub" }, `${humanise(item.record_type)} ${item.source_id}`)],
    },
    { label: "Status", cell: (item) => badge(item.status) },
    {
      label: "Error",
      kind: "wide",
      cell: (item) => [h("span", { class: "strong" }, humanise(item.code)), h("span", { class: "sub" }, `${errorClass(item.class)}, ${stage(item.stage)}`), h("p", { class: "message" }, item.message)],
    },
    { label: "Retries", kind: "number", cell: retries },
    { label: "Last", cell: (item) => when(item.last_at) },
  ];
}

function emptyList(values) {
  const others = Object.entries(values).some(([name, value]) => value && !(name === "status" && value === "open"));
  return others
    ? emptyState("No dead letter matches", "Take a filter away to see more.")
    : emptyState("No open dead letters", "Every record that was read got through, waits for its next attempt, or was skipped for a stated reason.", h("a", { class: "button", href: "#/jobs" }, "See the jobs"));
}

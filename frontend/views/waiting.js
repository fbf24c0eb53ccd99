// Records that will be taken up by themselves: for their next attempt, or when another record is there.

import { get, getRecordTypes } from "../api.js";
import { badge } from "../components/badge.js";
import { filterBar } from "../components/filters.js";
import { emptyState, pageHeader } from "../components/header.js";
import { pagedList } from "../components/list.js";
import { when } from "../components/time.js";
import { debounce, h } from "../dom.js";
import { number } from "../format.js";
import { on } from "../live.js";
import { historyLink } from "../page.js";
import { direction, humanise, recordTypes } from "../words.js";

const KINDS = [
  ["pending", "Pending: the next attempt"],
  ["held", "Held: another record"],
];

const COLUMNS = [
  { label: "Record", main: true, cell: (item) => [h("span", { class: "strong" }, item.label || item.source_id), h("span", { class: "sub" }, `${humanise(item.record_type)} ${item.source_id}`)] },
  { label: "Waits for", kind: "wide", cell: waitsFor },
  { label: "Attempts", kind: "number", cell: (item) => number((item.attempts ?? []).length) },
  { label: "Direction", cell: (item) => h("span", { class: "nowrap" }, direction(item.direction)) },
  { label: "Job", cell: (item) => h("a", { href: `#/jobs/${item.job_id}`, class: "nowrap" }, `Job ${item.job_id}`) },
  { label: "Since", cell: (item) => when(item.since) },
];

function waitsFor({ state, attempts, record_type: type, source_id: id, side }) {
  // Held on itself: it is not another record that has to come.
  const itself = state.state === "held" && state.on.record_type === type && state.on.id === id;
  if (itself) return [badge("held"), h("span", { class: "sub" }, "Until something is done: ", h("a", { href: historyLink(type, side, id) }, "its history"), " says what")];
  if (state.state === "held") return [badge("held"), h("span", { class: "sub" }, `${humanise(state.on.record_type)} ${state.on.id}`)];
  const last = (attempts ?? []).at(-1);
  return [badge("pending"), " ", when(state.due_at), last && h("p", { class: "message" }, h("strong", {}, humanise(last.code)), `: ${last.message}`)];
}

export default async function waiting(page) {
  const types = await getRecordTypes();
  const filters = filterBar(
    page,
    [
      { name: "kind", label: "Waits for", choices: KINDS },
      { name: "record_type", label: "Type", choices: types.map(({ name }) => [name, recordTypes(name)]) },
      { name: "text", label: "Text", placeholder: "Name or id" },
    ],
    () => list.reload(),
  );
  const list = pagedList(page, {
    columns: COLUMNS,
    caption: "Waiting records",
    noun: ["record", "records"],
    load: (query, signal) => get("/api/waiting", { ...filters.values(), ...query }, signal),
    empty: () =>
      Object.values(filters.values()).some(Boolean)
        ? emptyState("No waiting record matches", "Take a filter away to see more.")
        : emptyState("Nothing waits", "Records that failed for a passing reason wait here for their next attempt. The next run takes them up by itself."),
  });
  page.show(
    pageHeader("Waiting", { about: "These records are taken up by themselves by the run that is under way, or the next one.", actions: [h("a", { class: "button", href: "#/sync" }, "Start a sync")] }),
    h("div", { class: "panel flush" }, filters.node, list.node),
  );
  const soon = debounce(list.refresh, 800);
  for (const type of ["job", "snapshot"]) on(type, soon, page.signal);
  await list.reload();
}

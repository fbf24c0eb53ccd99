// What happened to records: lines of a job's log, of a plan, and of a retry.

import { h } from "../dom.js";
import { historyLink } from "../page.js";
import { humanise, system } from "../words.js";
import { badge } from "./badge.js";
import { changeList } from "./changes.js";
import { when } from "./time.js";

/** What a record is called, with its ids below. */
export function recordName(line) {
  return [
    nameOf(line),
    h("span", { class: "sub" }, ids(line)),
  ];
}

/** A record that is known by its id leads to its time line. */
function nameOf(line) {
  const name = line.label || line.source_id || "Without a name";
  return line.side && line.source_id ? h("a", { href: historyLink(line.record_type, line.side, line.source_id), class: "strong quiet-link" }, name) : h("span", { class: "strong" }, name);
}

function ids(line) {
  const from = line.side && line.source_id && `${system(line.side)} ${line.source_id}`;
  const to = line.target_id && (line.side ? `→ ${system(line.side === "odoo" ? "shopify" : "odoo")} ${line.target_id}` : `→ ${line.target_id}`);
  const parts = [humanise(line.record_type), from || line.source_id, to];
  return parts.filter(Boolean).join(" ");
}

/** Reason, message, warnings and as many of the changed fields as are shown at once. */
const what = (fields) => (line) => {
  const reason = humanise(line.reason);
  return [
    line.message ? h("span", { class: "strong" }, reason) : reason,
    line.message && h("p", { class: "message" }, line.message),
    (line.warnings ?? []).map((warning) => h("p", { class: "message warn-text" }, warning)),
    changeList(line.changes, fields),
  ];
};

/** Columns of a plan: what would be done, to what. */
export const PLAN_COLUMNS = [
  { label: "Record", main: true, kind: "record", cell: recordName },
  { label: "Action", cell: (line) => badge(line.action) },
  { label: "Fields and reason", kind: "wide", cell: what(8) },
];

/** Columns of a log. */
export const LOG_COLUMNS = [
  { label: "Record", main: true, kind: "record", cell: recordName },
  { label: "Outcome", cell: (line) => badge(line.outcome) },
  { label: "Action", cell: (line) => humanise(line.action) },
  { label: "Reason and fields", kind: "wide", cell: what(3) },
  { label: "Attempts", kind: "number", cell: (line) => line.attempts },
  { label: "When", cell: (line) => when(line.at) },
];

/** Columns of what a retry did. */
export const OUTCOME_COLUMNS = [
  { label: "Record", main: true, kind: "record", cell: recordName },
  { label: "Outcome", cell: (line) => badge(line.outcome) },
  { label: "Reason and fields", kind: "wide", cell: what(3) },
];

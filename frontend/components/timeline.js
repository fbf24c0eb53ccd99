// What happened to one record, newest first: lines of all jobs, conflicts and dead letters in one list.

import { h } from "../dom.js";
import { humanise, stage } from "../words.js";
import { badge, toned } from "./badge.js";
import { changeList } from "./changes.js";
import { baseCell, canRestore, sideCell, winnerText } from "./conflict.js";
import { decideButtons, restoreButton } from "./decide.js";
import { fullTable } from "./table.js";
import { when } from "./time.js";

/**
 * Events of a history by time. While older lines were not read yet, what is older than the oldest line that was read is
 * held back, so that the order is always right. Pure.
 */
export function eventsOf({ lines, hasMore, conflicts, dead_letters: letters }) {
  const events = [
    ...lines.map((line) => ({ at: line.at, kind: "line", line })),
    ...conflicts.map((conflict) => ({ at: conflict.found_at, kind: "conflict", conflict })),
    ...conflicts.filter((one) => one.decided_at).map((conflict) => ({ at: conflict.decided_at, kind: "decision", conflict })),
    ...letters.map((letter) => ({ at: letter.last_at, kind: "letter", letter })),
  ];
  const oldest = hasMore ? lines.at(-1)?.at : null;
  const time = (event) => Date.parse(event.at);
  return events.filter((event) => !oldest || time(event) >= Date.parse(oldest)).sort((left, right) => time(right) - time(left));
}

/** `done()` is called after a decision. */
export function timeline(events, done) {
  return h("ol", { class: "timeline" }, events.map((event) => h("li", { "data-event": event.kind }, h("div", {}, when(event.at)), h("div", { class: "event" }, EVENTS[event.kind](event, done)))));
}

const job = (id) => h("a", { href: `#/jobs/${id}` }, `Job ${id}`);

const EVENTS = {
  line: ({ line }) => [
    h("p", { class: "row" }, badge(line.outcome), h("strong", {}, humanise(line.action)), line.reason !== line.action && h("span", {}, humanise(line.reason)), h("span", { class: "muted" }, job(line.job_id))),
    line.message && h("p", { class: "message" }, line.message),
    (line.warnings ?? []).map((warning) => h("p", { class: "message warn-text" }, warning)),
    changeList(line.changes, 6),
  ],
  conflict: ({ conflict }, done) => [
    h("p", { class: "row" }, toned("Conflict", "warn"), h("strong", {}, conflict.kind === "deleted" ? "Deleted on one side" : conflict.rule), badge(conflict.status), h("span", { class: "muted" }, job(conflict.job_id))),
    fullTable(CONFLICT_COLUMNS, [conflict], { caption: `Conflict ${conflict.id}` }),
    conflict.status !== "resolved" && h("div", { class: "decide" }, decideButtons(conflict, done)),
  ],
  decision: ({ conflict }, done) => [
    h("p", { class: "row" }, toned("Decided", "info"), h("strong", {}, conflict.kind === "deleted" ? "Deleted on one side" : conflict.rule)),
    conflict.winner && h("p", { class: "message" }, `${winnerText(conflict.winner)} Decided by ${conflict.decided_by}.`),
    canRestore(conflict) && restoreButton(conflict, done),
  ],
  letter: ({ letter }) => [
    h("p", { class: "row" }, toned("Dead letter", "bad"), h("a", { href: `#/dead-letter/${letter.id}`, class: "strong" }, humanise(letter.code)), badge(letter.status), h("span", { class: "muted" }, stage(letter.stage))),
    h("p", { class: "message" }, letter.message),
  ],
};

const CONFLICT_COLUMNS = [
  { label: "Shopify", kind: "value", cell: sideCell("shopify") },
  { label: "Base: both agreed", kind: "value", cell: baseCell },
  { label: "Odoo", kind: "value", cell: sideCell("odoo") },
];

// The lines of a job: its log, or its plan if it was a preview. Counts are filters, and everything is in the address.

import { get } from "../api.js";
import { h, put } from "../dom.js";
import { ACTIONS, OUTCOMES, humanise, status } from "../words.js";
import { chips } from "./chips.js";
import { filterBar } from "./filters.js";
import { emptyState } from "./header.js";
import { pagedList } from "./list.js";
import { LOG_COLUMNS, PLAN_COLUMNS } from "./records.js";

/** The answer has `node`, `reload()` and `refresh()`. */
export function jobLines(page, job) {
  const key = job.dry_run ? "action" : "outcome";
  const names = job.dry_run ? ACTIONS : OUTCOMES;
  let counts = [];
  const filters = filterBar(page, filterSpec(job), () => all());
  const main = chips(job.dry_run ? "Filter by action" : "Filter by outcome", (value) => filters.set({ [key]: value, reason: "" }));
  const reasons = chips("Filter by reason", (value) => filters.set({ reason: value }));
  const list = pagedList(page, {
    columns: job.dry_run ? PLAN_COLUMNS : LOG_COLUMNS,
    caption: job.dry_run ? `Plan of job ${job.id}` : `Log of job ${job.id}`,
    noun: ["record", "records"],
    load: (query, signal) => get(`/api/jobs/${job.id}/logs`, { ...filters.values(), ...query }, signal),
    empty: () => emptyLines(filters.values()),
  });

  const drawChips = () => {
    const chosen = filters.values();
    const totals = names.map((name) => ({
      value: name,
      label: status(name)[0],
      tone: status(name)[1],
      count: sum(counts.filter((item) => item[key] === name)),
    }));
    main.draw(totals.filter((item) => item.count > 0), chosen[key] || null);
    reasons.draw(reasonTotals(counts, key, chosen[key]), chosen.reason || null);
  };

  const readCounts = async () => {
    counts = (await get(`/api/jobs/${job.id}/counts`, null, page.signal)).items;
    drawChips();
  };

  const all = async () => {
    drawChips();
    await list.reload();
  };

  const node = h("div", { class: "lines" });
  put(node, h("div", { class: "chip-rows" }, main.node, reasons.node), filters.node, list.node);
  return {
    node,
    async reload() {
      await Promise.all([list.reload(), readCounts()]);
    },
    async refresh() {
      await Promise.all([list.refresh(), readCounts()]);
    },
  };
}

function filterSpec(job) {
  const first = job.dry_run
    ? { name: "action", label: "Action", choices: ACTIONS.map((name) => [name, status(name)[0]]) }
    : { name: "outcome", label: "Outcome", choices: OUTCOMES.map((name) => [name, status(name)[0]]) };
  return [first, { name: "reason", label: "Reason", placeholder: "created" }, { name: "text", label: "Text", placeholder: "Name, id or message" }];
}

const sum = (items) => items.reduce((total, item) => total + item.count, 0);

function reasonTotals(counts, key, chosen) {
  const totals = new Map();
  for (const item of counts) {
    if (!item.reason || (chosen && item[key] !== chosen)) continue;
    totals.set(item.reason, (totals.get(item.reason) ?? 0) + item.count);
  }
  const items = [...totals].map(([value, count]) => ({ value, label: humanise(value), count }));
  return items.length > 1 || chosen ? items : [];
}

function emptyLines(values) {
  const filtered = Object.values(values).some(Boolean);
  return filtered
    ? emptyState("No record matches", "Take a filter away to see more.")
    : emptyState("No records", "Nothing had changed since the last run, so there was nothing to do.");
}

// A retry of dead letters: what runs, and then what became of each record.

import { append, h, put } from "../dom.js";
import { number, plural } from "../format.js";
import { panel } from "./header.js";
import { liveRuns } from "./live_runs.js";
import { problemPanel } from "./problem.js";
import { OUTCOME_COLUMNS } from "./records.js";
import { fullTable } from "./table.js";
import { announce } from "./toast.js";

const RETRYING = "Retrying. This page can be left, the retry goes on.";

/**
 * Runs `send`, which answers a report with jobs and outcomes, and shows it in `place`. `during` stands there meanwhile,
 * `told(report)` says what came of it. Answers the report.
 */
export async function retryPanel(page, place, title, send, { during = RETRYING, told = summary } = {}) {
  const body = h("div", {}, h("p", { class: "muted" }, during));
  const runs = liveRuns(page);
  put(place, panel(title, { id: "retry" }, body, runs.node));
  try {
    const report = await send();
    runs.node.remove();
    put(body, reportNodes(report, told(report)));
    announce(told(report));
    return report;
  } catch (error) {
    if (error.name === "AbortError") return null;
    runs.node.remove();
    put(body, problemPanel(error));
    return null;
  }
}

function totals(report) {
  const count = (key) => report.jobs.reduce((sum, job) => sum + job[key], 0);
  return { success: count("success_count"), failed: count("fail_count"), skipped: count("skip_count") };
}

function summary(report) {
  if (report.tried === 0) return "Nothing to retry: no open dead letter is left here.";
  const { success, failed, skipped } = totals(report);
  const parts = [`${number(success)} succeeded`, `${number(failed)} failed again`, skipped > 0 && `${number(skipped)} skipped`];
  return `${plural(report.tried, "record")} tried: ${parts.filter(Boolean).join(", ")}.`;
}

function reportNodes(report, text) {
  const links = report.jobs.map((job) => h("a", { href: `#/jobs/${job.id}` }, `Job ${job.id}`));
  const nodes = [h("p", { class: "retry-summary" }, h("strong", {}, text), " ", append(h("span", { class: "row-inline" }), links))];
  for (const late of report.not_started ?? []) nodes.push(h("p", { class: "warn-text" }, `${late.record_type}: ${late.detail}`));
  if (report.outcomes.length > 0) nodes.push(fullTable(OUTCOME_COLUMNS, report.outcomes, { caption: "What became of each record" }));
  if (report.outcomes_truncated) nodes.push(h("p", { class: "muted" }, `The first ${number(report.outcomes.length)} are shown; the job has them all.`));
  return nodes;
}

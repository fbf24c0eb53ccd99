// A retry of dead letters: what runs, and then what became of each record.

import { append, h, put } from "../dom.js";
import { number, plural } from "../format.js";
import { panel } from "./header.js";
import { liveRuns } from "./live_runs.js";
import { problemPanel } from "./problem.js";
import { OUTCOME_COLUMNS } from "./records.js";
import { fullTable } from "./table.js";
import { announce } from "./toast.js";

/** Runs `send`, which answers a retry report, and shows it in `place`. Answers the report. */
export async function retryPanel(page, place, title, send) {
  const body = h("div", {}, h("p", { class: "muted" }, "Retrying. This page can be left, the retry goes on."));
  const runs = liveRuns(page);
  put(place, panel(title, { id: "retry" }, body, runs.node));
  try {
    const report = await send();
    runs.node.remove();
    put(body, reportNodes(report));
    announce(summary(report));
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

function reportNodes(report) {
  const links = report.jobs.map((job) => h("a", { href: `#/jobs/${job.id}` }, `Job ${job.id}`));
  const nodes = [h("p", { class: "retry-summary" }, h("strong", {}, summary(report)), " ", append(h("span", { class: "row-inline" }), links))];
  if (report.outcomes.length > 0) nodes.push(fullTable(OUTCOME_COLUMNS, report.outcomes, { caption: "What became of each record" }));
  if (report.outcomes_truncated) nodes.push(h("p", { class: "muted" }, `The first ${number(report.outcomes.length)} are shown; the job has them all.`));
  return nodes;
}

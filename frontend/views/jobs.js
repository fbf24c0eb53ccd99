// All runs, newest first.

import { get, getRecordTypes } from "../api.js";
import { jobBadges } from "../components/badge.js";
import { filterBar } from "../components/filters.js";
import { emptyState, pageHeader } from "../components/header.js";
import { pagedList } from "../components/list.js";
import { when } from "../components/time.js";
import { debounce, h } from "../dom.js";
import { duration, number, secondsBetween } from "../format.js";
import { on } from "../live.js";
import { direction, JOB_STATUSES, jobType, statusChoices } from "../words.js";

const COLUMNS = [
  { label: "Job", main: true, cell: (job) => [h("a", { href: `#/jobs/${job.id}`, class: "strong" }, jobType(job.job_type)), h("span", { class: "sub" }, `Job ${job.id} · ${direction(job.direction)}`)] },
  { label: "Status", cell: jobBadges },
  { label: "Records", kind: "number", cell: (job) => number(job.total_records) },
  { label: "Success", kind: "number", cell: (job) => number(job.success_count) },
  { label: "Failed", kind: "number", cell: (job) => (job.fail_count > 0 ? h("a", { href: `#/jobs/${job.id}?outcome=fail`, class: "bad-text strong" }, number(job.fail_count)) : number(0)) },
  { label: "Skipped", kind: "number", cell: (job) => number(job.skip_count) },
  { label: "Took", kind: "number", cell: (job) => duration(secondsBetween(job.started_at, job.finished_at)) },
  { label: "Started", cell: (job) => when(job.started_at ?? job.created_at) },
];

export default async function jobs(page) {
  const types = await getRecordTypes();
  const filters = filterBar(
    page,
    [
      { name: "status", label: "Status", choices: statusChoices(JOB_STATUSES) },
      { name: "job_type", label: "Type", choices: types.map((type) => [type.job_type, jobType(type.job_type)]) },
    ],
    () => list.reload(),
  );
  const list = pagedList(page, {
    columns: COLUMNS,
    caption: "Jobs",
    noun: ["job", "jobs"],
    load: (query, signal) => get("/api/jobs", { ...filters.values(), ...query }, signal),
    empty: () =>
      Object.values(filters.values()).some(Boolean)
        ? emptyState("No job matches", "Take a filter away to see more.")
        : emptyState("Nothing ran yet", "Every run is listed here with what it did to each record.", h("a", { class: "button primary", href: "#/sync" }, "Start a sync")),
  });
  page.show(
    pageHeader("Jobs", { about: "Every run, with what happened to each record.", actions: [h("a", { class: "button", href: "#/sync" }, "New sync")] }),
    h("div", { class: "panel flush" }, filters.node, list.node),
  );
  const soon = debounce(list.refresh, 400);
  for (const type of ["job", "snapshot"]) on(type, soon, page.signal);
  await list.reload();
}
